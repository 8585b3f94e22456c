"""Names of months and weekdays, as dates in text are written in several languages.

Most come in two lengths, and in the case that the language writes them in. English has no code: its names are those
that strptime knows; `en` are others in English, such as `Sept`.
"""

from __future__ import annotations

from functools import cache

ENGLISH = ""

_MONTHS: dict[str, tuple[str, ...]] = {
    ENGLISH: (
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    ),
    "en": (
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
        "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.",
    ),
    "de": (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    ),
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    ),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
    ),
    "it": (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
    ),
    "nl": (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
    ),
    "pt": (
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez",
    ),
    "pl": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    ),
    "sv": (
        "januari februari mars april maj juni juli augusti september oktober november december",
        "jan feb mar apr maj jun jul aug sep okt nov dec",
    ),
    "da": (
        "januar februar marts april maj juni juli august september oktober november december",
        "jan feb mar apr maj jun jul aug sep okt nov dec",
        "jan. feb. marts apr. maj juni juli aug. sep. okt. nov. dec.",
    ),
    "cs": (
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "led úno bře dub kvě čvn čvc srp zář říj lis pro",
    ),
    "tr": (
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    ),
    "ru": (
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
    ),
}
_WEEKDAYS: dict[str, tuple[str, ...]] = {
    ENGLISH: (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Mon Tue Wed Thu Fri Sat Sun",
    ),
    "en": (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Mon Tue Wed Thu Fri Sat Sun",
    ),
    "de": ("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", "Mo Di Mi Do Fr Sa So"),
    "fr": ("lundi mardi mercredi jeudi vendredi samedi dimanche", "lun mar mer jeu ven sam dim"),
    "es": ("lunes martes miércoles jueves viernes sábado domingo", "lun mar mié jue vie sáb dom"),
    "it": ("lunedì martedì mercoledì giovedì venerdì sabato domenica", "lun mar mer gio ven sab dom"),
    "nl": ("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag", "ma di wo do vr za zo"),
    "pt": (
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        "seg ter qua qui sex sáb dom",
    ),
    "pl": ("poniedziałek wtorek środa czwartek piątek sobota niedziela", "pon wt śr czw pt sob niedz"),
    "sv": ("måndag tisdag onsdag torsdag fredag lördag söndag", "mån tis ons tors fre lör sön"),
    "da": ("mandag tirsdag onsdag torsdag fredag lørdag søndag", "man tir ons tor fre lør søn"),
    "cs": ("pondělí úterý středa čtvrtek pátek sobota neděle", "po út st čt pá so ne"),
    "tr": ("Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar", "Pzt Sal Çar Per Cum Cmt Paz"),
    "ru": ("понедельник вторник среда четверг пятница суббота воскресенье", "пн вт ср чт пт сб вс"),
}
LANGUAGES = tuple(_MONTHS)
_TABLES: dict[str, tuple[dict[str, tuple[str, ...]], int]] = {
    "B": (_MONTHS, 0),
    "b": (_MONTHS, 1),
    "h": (_MONTHS, 2),
    "A": (_WEEKDAYS, 0),
    "a": (_WEEKDAYS, 1),
}
MONTH_LETTERS = ("b", "B", "h")
"""Short, long, and short with points where the language has them: `%b`, `%B`, `%h`."""
DAY_LETTERS = ("a", "A")
NAME_LETTERS = MONTH_LETTERS + DAY_LETTERS


@cache
def names_of(language: str, letter: str) -> tuple[str, ...]:
    """The names that a directive stands for, the first one that of January or Monday; none where the language has
    no such form."""
    table, place = _TABLES[letter]
    forms = table[language]
    return tuple(forms[place].split()) if place < len(forms) else ()
