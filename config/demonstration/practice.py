"""Filling the practice network with what the accounts of Marlow Bay said and what its residents answered."""

import base64
import io
from datetime import datetime, timedelta
from typing import Any

import httpx
from PIL import Image, ImageDraw

from config.demonstration.registry import ACCOUNTS
from config.demonstration.voices import PICTURES, POSTS, PROFILES, RESIDENTS

#: The app password of every account on the practice network.
APP_PASSWORD = "practice-practice"


def fill_practice_network(url: str, *, now: datetime) -> None:
    """Seed the network at `url`. Seeding again changes nothing that is there. Raises httpx.HTTPError."""
    answer = httpx.post(f"{url}/practice/seed", json=seed_of(now), timeout=60)
    answer.raise_for_status()


def seed_of(now: datetime) -> dict[str, Any]:
    """The whole network as the seed endpoint takes it. Times are relative to `now`."""
    accounts = [
        {
            "handle": row.handle,
            "password": APP_PASSWORD,
            "name": row.name,
            "description": PROFILES[row.handle],
            "resident": False,
            "created_at": written(now - timedelta(days=500)),
        }
        for row in ACCOUNTS
        if row.practice
    ]
    accounts += [
        {
            "handle": f"{key}.residents.test",
            "password": APP_PASSWORD,
            "name": name,
            "description": "An invented resident of Marlow Bay.",
            "resident": True,
            "created_at": written(now - timedelta(days=450)),
        }
        for key, name in RESIDENTS.items()
    ]
    return {"accounts": accounts, "posts": posts_of(now)}


def posts_of(now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for handle, posts in POSTS.items():
        for place, post in enumerate(posts):
            key, at = f"{handle}/{place}", now - timedelta(days=post.days)
            row: dict[str, Any] = {
                "key": key,
                "author": handle,
                "text": post.text,
                "created_at": written(at),
                "likes": (place * 7 + len(post.text)) % 40,
            }
            if key in PICTURES:
                row["pictures"] = [{"alt": PICTURES[key], "mime": "image/png", "data": picture(place)}]
            rows.append(row)
            rows += [
                {
                    "key": f"{key}/{number}",
                    "author": f"{reply.resident}.residents.test",
                    "text": reply.text,
                    "created_at": written(min(at + timedelta(hours=reply.hours), now)),
                    "reply_to": key,
                    "likes": len(reply.text) % 6,
                }
                for number, reply in enumerate(post.replies)
            ]
    return rows


def picture(seed: int) -> str:
    """A small drawn landscape, so that no real photograph is needed. PNG in base64."""
    image = Image.new("RGB", (640, 400), (196, 221, 238))
    draw = ImageDraw.Draw(image)
    draw.ellipse((480 - 40 * (seed % 4), 40, 560 - 40 * (seed % 4), 120), fill=(250, 214, 120))
    draw.polygon(
        [(0, 260), (180, 170), (360, 250), (520, 190), (640, 240), (640, 400), (0, 400)], fill=(104, 142, 92)
    )
    draw.rectangle((0, 320, 640, 400), fill=(74, 120, 160))
    for place in range(6):
        x = 60 + 100 * place
        draw.polygon([(x, 300), (x + 25, 220 - 6 * (seed % 5)), (x + 50, 300)], fill=(46, 92, 60))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def written(at: datetime) -> str:
    return at.isoformat()
