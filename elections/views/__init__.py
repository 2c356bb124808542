"""The Clerk's pages; everybody with a role reads them."""
