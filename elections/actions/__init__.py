"""Every change in elections, one function a verb."""
