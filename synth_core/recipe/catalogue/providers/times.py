"""Providers of dates and times."""

from __future__ import annotations

from synth_core.recipe.catalogue.providers.declare import Told

DATES: Told = {
    "date pattern=%Y-%m-%d end_datetime": "a date since 1970, as text",
    "date_object end_datetime": "a date since 1970",
    "date_between start_date=-30y end_date=today": (
        "a date of a range",
        "{start_date: -1y, end_date: today}",
    ),
    "date_between_dates date_start date_end": (
        "a date of a range",
        "{date_start: 2020-01-01, date_end: 2020-12-31}",
    ),
    "date_this_century before_today=true after_today=false": "a date of this century",
    "date_this_decade before_today=true after_today=false": "a date of this decade",
    "date_this_year before_today=true after_today=false": "a date of this year",
    "date_this_month before_today=true after_today=false": "a date of this month",
    "past_date start_date=-30d": ("a date before today", "{start_date: -1y}"),
    "future_date end_date=+30d": ("a date after today", "{end_date: +1y}"),
    "date_time start_date=-30y end_date=now timezone": "a moment of a range",
    "datetime start_date=-30y end_date=now timezone": (
        "a moment of a range",
        "{start_date: -1y, end_date: now, timezone: {relativedelta: {hours: 8}}}",
    ),
    "date_time_between start_date=-30y end_date=now timezone": "a moment of a range",
    "date_time_between_dates start_date=-30y end_date=now timezone": "a moment of a range",
    "past_datetime start_date=-30d": "a moment before now",
    "future_datetime end_date=+30d timezone": "a moment after now",
    "iso8601 timezone end_datetime": "a moment since 1970, as text",
}
TIMES: Told = {
    "time pattern=%H:%M:%S end_datetime": "a time of day, as text",
    "time_object end_datetime": "a time of day",
}
REALS: Told = {
    "unix_time end_datetime start_datetime": "seconds since 1970",
}
DIGITS: Told = {
    "year": "a year since 1970",
    "month": "01 to 12",
    "day_of_month": "01 to 31",
}
TEXTS: Told = {
    "am_pm": "AM or PM",
    "century": "a century in Roman numbers",
    "day_of_week": "a weekday's name",
    "month_name": "a month's name",
}
