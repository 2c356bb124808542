"""The platforms that a city meets, as data: their standing, their spellings, and how their addresses are read.

A url rule is {pattern, canonical} with, where needed, more:
  pattern      regular expression over host and path (no scheme, no www. or m., no slash at the end); where it
               names a "?", over host, path and query. Case does not matter. Its named groups fill the templates.
  canonical    the one address that all of these mean.
  handle       template of the handle that is kept, when it is not simply the group of that name.
  from_handle  how a bare handle is taken apart into the groups again (default: all of it is `handle`).
  last         true for forms that any host may have: tried only after every other platform's.
Sources: the platforms' own documentation of profile addresses; GSA's U.S. Digital Registry, whose
rules per service are data too; R23 of PEERS.
"""

from typing import Any

#: A host name, and a Mastodon server with its user.
HOST = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
#: What may follow an account's name in its address and is still the account.
TABS = (
    r"(?:/(?:"
    r"about|photos|photos_albums|photos_stream|videos|reels|reels_tab|events|posts|mentions|"
    r"followers|community|home|info|live|shorts|streams|playlists|featured|jobs|life|"
    r"people|services|likes|media|with_replies|following|tagged|albums|sets|galleries|"
    r"groups|replies|feed|highlights|articles|reviews|timeline|channels|podcasts|discussion|"
    r"releases"
    r"))*"
)

FACEBOOK_WORDS = (
    "profile.php|pages|pg|people|p|groups|events|watch|marketplace|gaming|login|login.php|help|policies|"
    "privacy|sharer|sharer.php|share|share.php|photo|photo.php|photos|permalink.php|story.php|hashtag|"
    "business|ads|settings|home.php|l.php|search|bookmarks|notifications|messages|reel|reels|stories|media|plugins|dialog"
)
X_WORDS = (
    "home|search|explore|i|intent|hashtag|share|settings|login|logout|signup|tos|privacy|notifications|messages|"
    "compose|about|jobs|download|account|oauth|who_to_follow"
)
INSTAGRAM_WORDS = "p|reel|reels|explore|stories|accounts|tv|direct|about|legal|developer|_u|_n|share|ar|oauth"
YOUTUBE_WORDS = (
    "watch|playlist|shorts|feed|results|embed|live|channel|c|user|gaming|premium|hashtag|post|about|t|account|"
    "signin|redirect|oembed|clip|trending|attribution_link|v|e|kids|music"
)
THREADS_WORDS = "login|search|explore|settings"

PLATFORMS: list[dict[str, Any]] = [
    {
        "slug": "bluesky",
        "name": "Bluesky",
        "aliases": ["bsky", "bluesky social", "bsky.app", "bsky.social", "blue sky", "atproto"],
        "status": "approved",
        "module": "bluesky",
        "url_rules": [
            {
                "pattern": r"(?:staging\.)?bsky\.app/profile/(?P<id>did:plc:[a-z2-7]{24}|did:web:[a-z0-9.:%-]+)"
                + TABS,
                "canonical": "https://bsky.app/profile/{id}",
            },
            {
                "pattern": rf"(?:staging\.)?bsky\.app/profile/@?(?P<handle>{HOST})" + TABS,
                "canonical": "https://bsky.app/profile/{handle}",
            },
            {
                "pattern": r"(?P<handle>(?!staging\.|api\.|public\.|pds\.|video\.)[a-z0-9-]+\.bsky\.social)",
                "canonical": "https://bsky.app/profile/{handle}",
            },
        ],
    },
    {
        "slug": "facebook",
        "name": "Facebook",
        "aliases": ["fb", "face book", "facebook page", "facebook.com", "fb page", "meta facebook", "fb.com"],
        "status": "approved",
        "url_rules": [
            {
                "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook|fb)\.com/profile\.php\?(?:.*&)?id=(?P<id>\d{3,20})(?:&.*)?",
                "canonical": "https://www.facebook.com/{id}",
            },
            {
                "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook|fb)\.com/"
                r"(?:pages|people)(?:/category)?/[^/]+/(?P<id>\d{3,20})" + TABS,
                "canonical": "https://www.facebook.com/{id}",
            },
            {
                "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook|fb)\.com/(?:pages/category/[^/]+/|p/)[^/]+-(?P<id>\d{8,20})"
                + TABS,
                "canonical": "https://www.facebook.com/{id}",
            },
            {
                "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook\.com|fb\.com|fb\.me)/(?:pg/)?(?:[^/]+-)?(?P<id>\d{8,20})"
                + TABS,
                "canonical": "https://www.facebook.com/{id}",
            },
            {
                "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook\.com|fb\.com|fb\.me)/(?:pg/)?@?"
                rf"(?!(?:{FACEBOOK_WORDS})(?:/|$))(?P<handle>[a-z0-9][a-z0-9.\-]{{2,79}})" + TABS,
                "canonical": "https://www.facebook.com/{handle}",
            },
        ],
    },
    {
        "slug": "flickr",
        "name": "Flickr",
        "aliases": ["flikr", "flicker", "flickr.com"],
        "status": "approved",
        "url_rules": [
            {
                "pattern": r"flickr\.com/(?:photos|people)/(?P<id>\d+@n\d\d)" + TABS,
                "canonical": "https://www.flickr.com/photos/{id}",
                "upper_id": True,
            },
            {
                "pattern": r"flickr\.com/(?:photos|people)/(?!tags(?:/|$))(?P<handle>[a-z0-9_-]{2,60})"
                + TABS,
                "canonical": "https://www.flickr.com/photos/{handle}",
            },
        ],
    },
    {
        "slug": "instagram",
        "name": "Instagram",
        "aliases": ["insta", "ig", "instagram.com", "insta gram", "instgram"],
        "status": "approved",
        "url_rules": [
            {
                "pattern": rf"(?:instagram\.com|instagr\.am)/(?:_u/)?@?(?!(?:{INSTAGRAM_WORDS})(?:/|$))"
                r"(?P<handle>[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?)" + TABS,
                "canonical": "https://www.instagram.com/{handle}",
            }
        ],
    },
    {
        "slug": "linkedin",
        "name": "LinkedIn",
        "aliases": ["linked in", "linkedin page", "linkedin.com"],
        "status": "conditional",
        "reason": "For recruiting and for the city as an employer, by Human Resources; other uses are asked for one by one.",
        "url_rules": [
            {
                "pattern": r"(?:[a-z]{2,3}\.)?linkedin\.com/company/(?P<id>\d{3,20})(?:/admin)?" + TABS,
                "canonical": "https://www.linkedin.com/company/{id}",
            },
            {
                "pattern": r"(?:[a-z]{2,3}\.)?linkedin\.com/(?P<sort>showcase|school)/(?P<name>[a-z0-9_-]{2,100})"
                + TABS,
                "canonical": "https://www.linkedin.com/{sort}/{name}",
                "handle": "{sort}/{name}",
                "from_handle": r"(?P<sort>showcase|school)/(?P<name>[a-z0-9_-]{2,100})",
            },
            {
                "pattern": r"(?:[a-z]{2,3}\.)?linkedin\.com/company/(?P<handle>[a-z0-9_-]{2,100})(?:/admin)?"
                + TABS,
                "canonical": "https://www.linkedin.com/company/{handle}",
            },
        ],
    },
    {
        "slug": "mastodon",
        "name": "Mastodon",
        "aliases": ["mastadon", "mastodon.social", "fediverse", "activitypub"],
        "status": "conditional",
        "reason": "On the city's own server, or one whose operator answers records requests; "
        "the City Attorney confirms which.",
        "url_rules": [
            {
                # A server's view of somebody on another server means that other server.
                "pattern": rf"{HOST}(?:/web|/deck)?/@(?P<user>[a-z0-9_]+)@(?P<server>{HOST})" + TABS,
                "canonical": "https://{server}/@{user}",
                "handle": "{user}@{server}",
                "from_handle": rf"(?P<user>[a-z0-9_]+)@(?P<server>{HOST})",
                "last": True,
            },
            {
                "pattern": rf"(?P<server>{HOST})(?:/web|/deck)?/(?:@|users/)(?P<user>[a-z0-9_]+)" + TABS,
                "canonical": "https://{server}/@{user}",
                "handle": "{user}@{server}",
                "last": True,
            },
        ],
    },
    {
        "slug": "nextdoor",
        "name": "Nextdoor",
        "aliases": ["next door", "nextdoor.com", "nextdoor agency"],
        "status": "approved",
        "url_rules": [
            {
                "pattern": r"nextdoor\.com/(?P<place>agency-detail/[a-z]{2}/[a-z0-9-]+)/(?P<name>[a-z0-9-]+)",
                "canonical": "https://nextdoor.com/{place}/{name}",
                "handle": "{place}/{name}",
                "from_handle": r"(?P<place>agency-detail/[a-z]{2}/[a-z0-9-]+)/(?P<name>[a-z0-9-]+)",
            },
            {
                "pattern": r"nextdoor\.com/(?P<place>pages|city)/(?P<name>[a-z0-9-]+)",
                "canonical": "https://nextdoor.com/{place}/{name}",
                "handle": "{place}/{name}",
                "from_handle": r"(?P<place>pages|city)/(?P<name>[a-z0-9-]+)",
            },
            {
                "pattern": r"nextdoor\.com/agency/(?P<handle>[a-z0-9-]+)",
                "canonical": "https://nextdoor.com/agency/{handle}",
            },
        ],
    },
    {
        "slug": "threads",
        "name": "Threads",
        "aliases": ["instagram threads", "threads.net", "threads.com", "meta threads"],
        "status": "conditional",
        "reason": "Only beside an approved Instagram account of the same office, because they share a sign-in.",
        "url_rules": [
            {
                "pattern": rf"threads\.(?:net|com)/@?(?!(?:{THREADS_WORDS})(?:/|$))"
                r"(?P<handle>[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?)" + TABS,
                "canonical": "https://www.threads.net/@{handle}",
            }
        ],
    },
    {
        "slug": "tiktok",
        "name": "TikTok",
        "aliases": ["tik tok", "tiktok.com", "tictok"],
        "status": "prohibited",
        "reason": "Not allowed on city devices or networks, so nobody could tend an account or answer for its records.",
        "url_rules": [
            {
                "pattern": r"tiktok\.com/@(?P<handle>[a-z0-9_.]{2,24})",
                "canonical": "https://www.tiktok.com/@{handle}",
            }
        ],
    },
    {
        "slug": "website",
        "name": "City website",
        "aliases": ["website", "web site", "city web site", "web page", "web", "homepage", "city site"],
        "status": "approved",
        "module": "",
        "url_rules": [],  # the city's own host, from City settings: see accounts.platform_set
    },
    {
        "slug": "x",
        "name": "X",
        "aliases": [
            "twitter",
            "x.com",
            "twitter.com",
            "x (formerly twitter)",
            "x (twitter)",
            "formerly twitter",
            "tweets",
        ],
        "status": "conditional",
        "reason": "For time-sensitive information only, with the same information on the city website first.",
        "url_rules": [
            {
                "pattern": r"(?:twitter|x)\.com/intent/(?:user|follow)\?"
                r"(?:.*&)?screen_name=@?(?P<handle>[a-z0-9_]{1,15})(?:&.*)?",
                "canonical": "https://x.com/{handle}",
            },
            {
                "pattern": r"(?:twitter|x)\.com/intent/(?:user|follow)\?(?:.*&)?user_id=(?P<id>\d{1,20})(?:&.*)?",
                "canonical": "https://x.com/i/user/{id}",
            },
            {
                "pattern": r"(?:twitter|x)\.com/i/user/(?P<id>\d{1,20})",
                "canonical": "https://x.com/i/user/{id}",
            },
            {
                "pattern": rf"(?:twitter|x)\.com/(?:#!/)?@?(?!(?:{X_WORDS})(?:/|$))(?P<handle>[a-z0-9_]{{1,15}})"
                + TABS,
                "canonical": "https://x.com/{handle}",
            },
        ],
    },
    {
        "slug": "youtube",
        "name": "YouTube",
        "aliases": ["you tube", "yt", "youtube channel", "youtube.com", "utube"],
        "status": "approved",
        "url_rules": [
            {
                "pattern": r"youtube\.com/channel/(?P<id>UC[\w-]{22})" + TABS,
                "canonical": "https://www.youtube.com/channel/{id}",
            },
            {
                # The old kinds of name are not the @handle of the same spelling.
                "pattern": r"youtube\.com/(?P<sort>c|user)/(?P<name>[^\W_][\w.-]{0,99})" + TABS,
                "canonical": "https://www.youtube.com/{sort}/{name}",
                "handle": "{sort}/{name}",
                "from_handle": r"(?P<sort>c|user)/(?P<name>[^\W_][\w.-]{0,99})",
            },
            {
                "pattern": r"youtube\.com/@(?P<handle>[\w.·-]{3,30})" + TABS,
                "canonical": "https://www.youtube.com/@{handle}",
            },
            {
                "pattern": rf"youtube\.com/(?!(?:{YOUTUBE_WORDS})(?:/|$))(?P<name>[^\W_][\w-]{{1,99}})"
                + TABS,
                "canonical": "https://www.youtube.com/c/{name}",
                "handle": "c/{name}",
                "from_handle": r"c/(?P<name>[^\W_][\w-]{1,99})",
            },
        ],
    },
]


def website_rules(host: str) -> list[dict[str, Any]]:
    """The rule for the city's own site: any page of it may be a channel of an office; paths keep their case."""
    bare = host.lower().removeprefix("www.")
    escaped = bare.replace(".", r"\.")
    return [
        {
            "pattern": rf"{escaped}/(?P<handle>[\w.~/%-]+)",
            "canonical": f"https://{host.lower()}/{{handle}}",
            "keep_case": True,
        },
        {"pattern": escaped, "canonical": f"https://{host.lower()}", "handle": "home", "from_handle": "home"},
    ]


# -- what people paste besides the address of an account ---------------------------------------------

#: Hosts of each platform. An address elsewhere that looks like one of these imitates it.
HOSTS: dict[str, tuple[str, ...]] = {
    "bluesky": ("bsky.app", "bsky.social"),
    "facebook": ("facebook.com", "fb.com", "fb.me", "m.me", "messenger.com", "fb.watch"),
    "flickr": ("flickr.com", "flic.kr"),
    "instagram": ("instagram.com", "instagr.am", "ig.me"),
    "linkedin": ("linkedin.com", "lnkd.in"),
    "mastodon": ("mastodon.social", "mastodon.online"),
    "nextdoor": ("nextdoor.com",),
    "threads": ("threads.net", "threads.com"),
    "tiktok": ("tiktok.com",),
    "x": ("x.com", "twitter.com", "t.co"),
    "youtube": ("youtube.com", "youtu.be", "youtube-nocookie.com"),
}

#: Addresses of one post, story or message window that name the account. Read only when somebody asks whose they are:
#: the registry itself takes none of them for an account.
POSTS: dict[str, list[dict[str, Any]]] = {
    "bluesky": [
        {
            "pattern": r"(?:staging\.)?bsky\.app/profile/(?P<id>did:plc:[a-z2-7]{24}|did:web:[a-z0-9.:%-]+)/.+",
            "canonical": "https://bsky.app/profile/{id}",
        },
        {
            "pattern": rf"(?:staging\.)?bsky\.app/profile/@?(?P<handle>{HOST})/.+",
            "canonical": "https://bsky.app/profile/{handle}",
        },
    ],
    "facebook": [
        {
            "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook|fb)\.com/(?:story|permalink|photo)\.php\?"
            r"(?:.*&)?id=(?P<id>\d{3,20})(?:&.*)?",
            "canonical": "https://www.facebook.com/{id}",
        },
        {
            "pattern": r"(?:(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook|fb)\.com/stories|m\.me|messenger\.com/t|"
            r"(?:facebook|fb)\.com/messages/t)"
            r"/(?P<id>\d{8,20})(?:/.*)?",
            "canonical": "https://www.facebook.com/{id}",
        },
        {
            "pattern": r"(?:m\.me|messenger\.com/t|(?:facebook|fb)\.com/messages/t)"
            r"/(?P<handle>[a-z0-9][a-z0-9.\-]{2,79})(?:/.*)?",
            "canonical": "https://www.facebook.com/{handle}",
        },
        {
            "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook|fb)\.com/(?P<id>\d{8,20})/"
            r"(?:posts|videos|photos|reels?|live|notes|media)/.+",
            "canonical": "https://www.facebook.com/{id}",
        },
        {
            "pattern": r"(?:[a-z]{2}-[a-z]{2}\.)?(?:facebook|fb)\.com/"
            rf"(?!(?:{FACEBOOK_WORDS})/)(?P<handle>[a-z0-9][a-z0-9.\-]{{2,79}})/"
            r"(?:posts|videos|photos|reels?|live|notes|media)/.+",
            "canonical": "https://www.facebook.com/{handle}",
        },
    ],
    "flickr": [
        {
            "pattern": r"flickr\.com/photos/(?P<id>\d+@n\d\d)/.+",
            "canonical": "https://www.flickr.com/photos/{id}",
            "upper_id": True,
        },
        {
            "pattern": r"flickr\.com/photos/(?!tags/)(?P<handle>[a-z0-9_-]{2,60})/.+",
            "canonical": "https://www.flickr.com/photos/{handle}",
        },
    ],
    "instagram": [
        {
            "pattern": r"(?:(?:instagram\.com|instagr\.am)/stories|ig\.me/m)/(?!highlights/)"
            r"(?P<handle>[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?)(?:/.*)?",
            "canonical": "https://www.instagram.com/{handle}",
        },
        {
            "pattern": rf"(?:instagram\.com|instagr\.am)/(?!(?:{INSTAGRAM_WORDS})/)"
            r"(?P<handle>[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?)/(?:p|reel|tv)/.+",
            "canonical": "https://www.instagram.com/{handle}",
        },
    ],
    "linkedin": [
        {
            "pattern": r"(?:[a-z]{2,3}\.)?linkedin\.com/company/(?P<id>\d{3,20})/.+",
            "canonical": "https://www.linkedin.com/company/{id}",
        },
        {
            "pattern": r"(?:[a-z]{2,3}\.)?linkedin\.com/company/(?P<handle>[a-z0-9_-]{2,100})/.+",
            "canonical": "https://www.linkedin.com/company/{handle}",
        },
    ],
    "mastodon": [
        {
            "pattern": rf"{HOST}(?:/web|/deck)?/@(?P<user>[a-z0-9_]+)@(?P<server>{HOST})/\d+(?:/.*)?",
            "canonical": "https://{server}/@{user}",
            "handle": "{user}@{server}",
            "last": True,
        },
        {
            "pattern": rf"(?P<server>{HOST})(?:/web|/deck)?/(?:@(?P<user>[a-z0-9_]+)/\d+|"
            r"users/(?P<writer>[a-z0-9_]+)/statuses/\d+)(?:/.*)?",
            "canonical": "https://{server}/@{user}{writer}",
            "handle": "{user}{writer}@{server}",
            "last": True,
        },
    ],
    "threads": [
        {
            "pattern": r"threads\.(?:net|com)/@(?P<handle>[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?)/(?:post|media)/.+",
            "canonical": "https://www.threads.net/@{handle}",
        }
    ],
    "tiktok": [
        {
            "pattern": r"tiktok\.com/@(?P<handle>[a-z0-9_.]{2,24})/.+",
            "canonical": "https://www.tiktok.com/@{handle}",
        }
    ],
    "x": [
        {
            "pattern": r"(?:twitter|x)\.com/"
            rf"(?!(?:{X_WORDS})/)(?P<handle>[a-z0-9_]{{1,15}})/(?:status(?:es)?|lists|moments|events|photo|header_photo)(?:/.*)?",
            "canonical": "https://x.com/{handle}",
        }
    ],
    "youtube": [
        {
            "pattern": r"youtube\.com/channel/(?P<id>UC[\w-]{22})/.+",
            "canonical": "https://www.youtube.com/channel/{id}",
        },
        {
            "pattern": r"youtube\.com/@(?P<handle>[\w.·-]{3,30})/.+",
            "canonical": "https://www.youtube.com/@{handle}",
        },
    ],
}

#: Addresses that lead somewhere else, with the name of the part that says where.
WRAPPERS = (
    (r"(?:l|lm|www)?\.?(?:facebook|instagram|messenger)\.com(?:/l\.php|/flx/warn)?", "u"),
    (r"l\.threads\.(?:net|com)", "u"),
    (r"(?:www\.)?youtube\.com/redirect", "q"),
    (r"(?:www\.)?google\.[a-z.]{2,6}/url", "q"),
    (r"(?:www\.)?google\.[a-z.]{2,6}/url", "url"),
    (r"(?:www\.)?linkedin\.com/(?:redir/redirect|safety/go)", "url"),
    (r"[a-z0-9]+\.safelinks\.protection\.outlook\.com", "url"),
)

#: Short addresses: where they lead stands only on the other side, and the city opens no stranger's link to find out.
SHORT = (
    r"(?:t\.co|bit\.ly|tinyurl\.com|ow\.ly|buff\.ly|goo\.gl|is\.gd|shorturl\.at|rebrand\.ly|cutt\.ly|trib\.al|dlvr\.it|"
    r"lnkd\.in|fb\.watch|on\.fb\.me|flic\.kr|go\.bsky\.app|v[mt]\.tiktok\.com|tiktok\.com/t|youtube\.app\.goo\.gl|"
    r"(?:facebook|fb)\.com/share|instagram\.com/share|linktr\.ee)(?:/.*)?"
)

#: Parts of a platform that are no account and name none: (platform, pattern, what it is).
NO_ACCOUNT = (
    (
        "bluesky",
        r"bsky\.app(?:/(?:search|hashtag|starter-pack|settings|intent)(?:/.*)?)?",
        "a page of Bluesky",
    ),
    ("facebook", r"(?:facebook|fb)\.com/groups(?:/.*)?", "a group"),
    ("facebook", r"(?:facebook|fb)\.com/events(?:/.*)?", "an event"),
    (
        "facebook",
        r"(?:facebook|fb)\.com/(?:watch|reel|reels|photo|photos|photo\.php|media|permalink\.php|story\.php|video\.php)(?:/.*)?",
        "a post",
    ),
    (
        "facebook",
        r"(?:facebook|fb)\.com(?:/(?:hashtag|search|login|sharer|sharer\.php|help|profile\.php)(?:/.*)?)?",
        "a page of Facebook",
    ),
    ("flickr", r"flickr\.com(?:/(?:groups|explore|search|photos)(?:/.*)?)?", "a page of Flickr"),
    ("instagram", r"(?:instagram\.com|instagr\.am)/(?:p|reel|reels|tv|stories/highlights)(?:/.*)?", "a post"),
    (
        "instagram",
        r"(?:instagram\.com|instagr\.am)(?:/(?:explore|accounts|direct|about)(?:/.*)?)?",
        "a page of Instagram",
    ),
    ("linkedin", r"(?:[a-z]{2,3}\.)?linkedin\.com/(?:in|pub)/.+", "a person’s own profile"),
    ("linkedin", r"(?:[a-z]{2,3}\.)?linkedin\.com/(?:posts|feed|pulse|events|groups|jobs)(?:/.*)?", "a post"),
    ("linkedin", r"(?:[a-z]{2,3}\.)?linkedin\.com", "a page of LinkedIn"),
    ("nextdoor", r"nextdoor\.com/(?:p|news_feed|feed|events?)(?:/.*)?", "a post"),
    ("nextdoor", r"nextdoor\.com/profile/.+", "a person’s own profile"),
    ("nextdoor", r"nextdoor\.com(?:/.*)?", "a page of Nextdoor"),
    ("threads", r"threads\.(?:net|com)/t/.+", "a post"),
    ("threads", r"threads\.(?:net|com)(?:/(?:login|search|explore|settings)(?:/.*)?)?", "a page of Threads"),
    (
        "tiktok",
        r"tiktok\.com(?:/(?:tag|discover|foryou|explore|music|search|login|live)(?:/.*)?)?",
        "a page of TikTok",
    ),
    ("x", r"(?:twitter|x)\.com/i/(?:web/)?status/.+", "a post"),
    (
        "x",
        r"(?:twitter|x)\.com(?:/(?:home|explore|search|hashtag|i|intent|share|settings|notifications|messages|login)(?:/.*)?)?",
        "a page of X",
    ),
    (
        "youtube",
        r"youtu\.be/.+|(?:youtube\.com|youtube-nocookie\.com)/(?:watch|shorts|live|embed|playlist|clip|post|v|e)(?:/.*)?",
        "a film or a list of films",
    ),
    (
        "youtube",
        r"(?:music\.)?youtube\.com(?:/(?:feed|results|hashtag|gaming|premium)(?:/.*)?)?",
        "a page of YouTube",
    ),
)
