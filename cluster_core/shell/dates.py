"""Dates as programs print them, from virtual time (µs since the start of the simulation's calendar)."""

from __future__ import annotations

from cluster_core.api.timestamp import rfc3339, unix_nanoseconds

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
LONG_DAYS = ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday")
RECENT_US = 15_552_000_000_000
DEFAULT = "%a %b %e %H:%M:%S UTC %Y"


def fields(at: int) -> dict[str, str]:
    """The conversions of strftime, in UTC."""
    text = rfc3339(at)
    year, month, day = text[:10].split("-")
    hour, minute, second = text[11:19].split(":")
    seconds = unix_nanoseconds(at) // 1_000_000_000
    weekday = seconds // 86400 % 7
    yesterdays = sum(
        (31, 29 if int(year) % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[: int(month) - 1]
    ) + int(day)
    return {
        "Y": year, "y": year[2:], "m": month, "d": day, "e": f"{int(day):2}", "H": hour, "M": minute, "S": second, "s": str(seconds),
        "N": f"{at % 1_000_000:06}000", "a": DAYS[weekday], "A": LONG_DAYS[weekday], "b": MONTHS[int(month) - 1],
        "h": MONTHS[int(month) - 1], "B": LONG_MONTHS[int(month) - 1], "j": f"{yesterdays:03}", "Z": "UTC", "z": "+0000",
        "F": text[:10], "T": text[11:19], "R": text[11:16], "D": f"{month}/{day}/{year[2:]}", "n": "\n", "t": "\t", "%": "%",
        "I": f"{(int(hour) + 11) % 12 + 1:02}", "l": f"{(int(hour) + 11) % 12 + 1:2}", "p": "AM" if int(hour) < 12 else "PM", "k": f"{int(hour):2}",
        "u": str((weekday + 3) % 7 + 1), "w": str((weekday + 4) % 7), "c": f"{DAYS[weekday]} {MONTHS[int(month) - 1]} {int(day):2} {text[11:19]} {year}",
        "x": f"{month}/{day}/{year[2:]}", "X": text[11:19],
    }  # fmt: skip


def formatted(at: int, template: str) -> str:
    """strftime."""
    values, found, place = fields(at), "", 0
    while place < len(template):
        char = template[place]
        if char == "%" and place + 1 < len(template):
            place += 1
            letter = template[place]
            if letter in "-_0^" and place + 1 < len(template):
                place += 1
                value = values.get(template[place], "")
                found += value.lstrip("0 ") or "0" if letter == "-" else value
            elif letter == "3" and template[place + 1 : place + 2] == "N":
                place += 1
                found += values["N"][:3]
            else:
                found += values.get(letter, f"%{letter}")
        else:
            found += char
        place += 1
    return found


def ls_time(at: int, now: int) -> str:
    """As ls -l shows it."""
    return formatted(at, "%b %e %H:%M" if now - at < RECENT_US else "%b %e  %Y")


def stat_time(at: int) -> tuple[str, int]:
    """As stat shows it, and as seconds."""
    return formatted(at, "%Y-%m-%d %H:%M:%S.%N +0000"), unix_nanoseconds(at) // 1_000_000_000
