"""Words that values and names are made of. General vocabulary; nothing in here is about any one database."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _lines(text: str) -> frozenset[str]:
    """Words with blanks in them, one each line or between bars."""
    return frozenset(word.strip() for word in re.split(r"[|\n]", text) if word.strip())


SALUTATIONS = _words("""
    mr mrs ms miss mx dr prof sir madam rev hon lady lord herr frau m mme mlle monsieur madame sr sra srta
    don doña sig signora señor señora dhr mevr
""")
GENDER_PAIRS = tuple(
    _words(pair)
    for pair in """
    laki-laki perempuan|pria wanita|m f|m w|m v|h m|h f|k m|e k
    male female|males females|man woman|men women|boy girl|boys girls|männlich weiblich|mann frau|homme femme
    hombre mujer|masculino femenino|masculino feminino|masculin féminin|maschio femmina|man vrouw|uomo donna
    macho hembra|macho fêmea|mężczyzna kobieta
    man kvinna|mand kvinde|mann kvinne|mies nainen|muž žena|erkek kadın|férfi nő
    karl kona|bărbat femeie|masculine feminine|муж жен|мужской женский|м ж|男 女|男性 女性|남 여|남자 여자|nam nữ
    """.strip()
    .replace("\n", "|")
    .split("|")
)
"""Two words, or letters, of which a column of genders has both."""
COLORS_ABROAD = _words("""
    rot blau grun gelb schwarz weiss grau braun lila violett orange turkis silber gold beige rosa
    rojo roja azul verde amarillo amarilla negro negra blanco blanca gris marron morado naranja plata dorado
    rouge bleu bleue vert verte jaune noir noire blanc blanche grise brun violet argent dore
    rosso rossa blu giallo gialla nero nera bianco bianca grigio marrone viola arancione argento
    vermelho vermelha amarelo amarela preto preta branco branca cinza marrom roxo laranja prata
    rood blauw groen geel zwart wit grijs bruin paars oranje zilver goud
    czerwony niebieski zielony zolty czarny bialy szary brazowy rod svart vit hvit bla gron gul gra hvid sort
    kirmizi mavi yesil sari siyah beyaz gri красный синий зеленый желтый черный белый серый
    红 红色 蓝 蓝色 绿 绿色 黄 黄色 黑 黑色 白 白色 灰 灰色 紫 紫色 橙 橙色 粉 粉色 棕 棕色
    银 金 赤 青 緑 茶 桃 빨강 파랑 노랑 검정 흰색
    do xanh vang den trang tim
""")
GENDERS = frozenset[str]().union(*GENDER_PAIRS) | _words("""
    d x u diverse divers other others unknown non-binary nonbinary unspecified undisclosed none otro outro autre
""")
MONTHS = _words("""
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    januar februar märz mai juni juli oktober dezember
    janvier février mars avril juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
""")
WEEKDAYS = _words("""
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    montag dienstag mittwoch donnerstag freitag samstag sonntag
    lundi mardi mercredi jeudi vendredi samedi dimanche
    lunes martes miércoles jueves viernes sábado domingo
    segunda terça quarta quinta sexta segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
    lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    poniedziałek wtorek środa czwartek piątek sobota niedziela måndag tisdag onsdag torsdag fredag lördag söndag
    senin selasa rabu kamis jumat sabtu minggu
""")
COMPASS = _words("""
    north south east west central northeast northwest southeast southwest norte sur sul este oeste nord sud est ouest
    süd ost centre centro
""")
"""Parts of a whole. Some towns are called like that, but a column of such words names no towns."""
JOB_WORDS = _words("""
    manager director engineer assistant representative rep agent clerk officer president vp ceo cfo cto coo
    owner analyst developer administrator coordinator specialist accountant supervisor consultant
    technician designer programmer executive chief head staff lead buyer editor professor lecturer nurse
    teacher chef cook driver architect scientist associate secretary trainee intern foreman operator
    publisher stocker receptionist controller auditor planner janitor recruiter cashier guard mechanic
    electrician marketing salesperson principal stylist carpenter plumber leader
""")
"""What professions and posts end with, beside those that Faker knows."""
COLORS = _words("""
    rot blau grün gelb schwarz weiß weiss grau braun orange rosa lila violett türkis silber gold beige bunt
    rojo roja azul verde amarillo amarilla negro negra blanco blanca gris marrón naranja morado rosado plateado
    rouge bleu bleue vert verte jaune noir noire blanc blanche marron brun violet rose argent doré
    rosso rossa blu giallo nero bianco grigio marrone arancione viola argento
    vermelho amarelo preto branco cinza marrom laranja roxo prata dourado
    rood blauw groen geel zwart wit grijs bruin oranje paars zilver
""")
"""In German, Spanish, French, Italian, Portuguese and Dutch, beside the English ones that Faker knows."""
COUNTRIES = _lines("""
    usa | u.s.a. | u.s. | uk | u.k. | great britain | england | scotland | wales | northern ireland
    south korea | north korea | korea | republic of korea | russia | russian federation | taiwan | venezuela
    bolivia | iran | syria | tanzania | moldova | vietnam | viet nam | laos | czech republic | czechia
    holland | the netherlands | ivory coast | cape verde | macedonia | north macedonia | palestine | kosovo
    swaziland | burma | brunei | vatican | turkey | congo | dr congo | west germany | east germany
    yugoslavia | czechoslovakia | soviet union | ussr | p.r. china | pr china | hong kong | macau
    micronesia | zaire | uae | united states | saint martin | virgin islands | curaçao | reunion
    são tomé and príncipe | deutschland | españa | italia | brasil | österreich | schweiz | suisse
    belgique | sverige | norge | danmark | suomi | polska | méxico
""")
"""As people write them, beside the names of ISO 3166."""
WORLD_REGIONS = _lines("""
    africa | america | americas | the americas | asia | europe | oceania | australia | antarctica | eurasia
    australasia | middle east | near east | far east | latin america | caribbean | the caribbean | polynesia | melanesia
    micronesia | papunesia | asia pacific | asia-pacific | pacific | arctic | balkans | scandinavia | baltics
    nordic countries | baltic countries | british isles | british islands | sub-saharan africa | maghreb | emea | apac
    latam | australia and new zealand | north and central america
    central america and caribbean | middle america | afrika | amerika | asien | europa | ozeanien | nordamerika
    südamerika | afrique | amérique | asie | océanie | áfrica | américa | américa del norte | américa del sur | oceanía
    américa do norte | américa do sul | asia and oceania | middle east and north africa
""")
"""Continents, and what lies between them and countries."""

_STREET_WORDS = _words("""
    st street av ave avenue rd road blvd bl boulevard dr drive ln lane ct court pl place plaza way sq square
    terrace circle highway hwy pkwy parkway trail close crescent gardens row walk rue allee allée chemin
    impasse quai cours via viale piazza corso calle avenida paseo carrera rua travessa praça estrada largo
    ul ulica aleja aleje jalan postfach nám námestie náměstí třída trieda nábrežie nábřeží
""")
_STREET_ENDINGS = _words("""
    straße strasse str. weg gasse platz allee damm ufer ring gade vej vägen väg gatan gata gate veien vei
    straat laan plein katu tie kuja utca út tér útja körút krt sétány fasor köz
""")
_LEGAL_FORMS = _words("""
    inc incorporated ltd limited llc llp plc gmbh mbh ag kg sarl corp corporation oyj aps
""")
_TRADE_WORDS = _words("""
    ohg ug oy ab as asa sas company co group holding holdings partners associates industries enterprises
    international solutions systems technologies services bros brothers sons trading import imports export
    exports logistics shipping publishing publishers press book books food foods motors airline airlines
    airways bank insurance consulting restaurant restaurante bistro café store market supermercado handel
    bakery pharma electronics software lab labs
""")
_BODIES = _words("""
    university college school institute academy club team association foundation ministry department agency
    society union hospital council committee federation authority bureau office church league fc united
    universidad université universität
""")


_Tree = dict[str, "_Tree"]


def _any_of(words: frozenset[str]) -> str:
    """A pattern of any of the words, told by their letters one after the other: trying each word takes three times as
    long."""
    tree: _Tree = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _pattern(tree)


def _pattern(tree: _Tree) -> str:
    ways = [re.escape(letter) + _pattern(rest) for letter, rest in sorted(tree.items()) if letter]
    ends = "?" if "" in tree and ways else ""
    return f"(?:{'|'.join(ways)}){ends}" if len(ways) > 1 or ends else "".join(ways)


STREET = re.compile(
    rf"\b(?:{_any_of(_STREET_WORDS)}|p\.?o\.? box)\b|\bc/ ?\w|(?:{_any_of(_STREET_ENDINGS)})(?!\w)",
    re.IGNORECASE,
)
"""A word for a street, alone or at the end of a longer one."""
STREET_END = re.compile(rf"(?:{_any_of(_STREET_ENDINGS)})(?!\w)", re.IGNORECASE)
"""One that stands behind the name of the street."""
LEGAL = re.compile(
    rf"\b(?:{_any_of(_LEGAL_FORMS)}|(?:and|&) (?:sons|co))\b"
    r"|\bs\.? ?(?:a|l|p\.?a|r\.?l|r\.?o)\.?$|\b(?:co|company|group|partners|holdings?|bros)\.?$"
    r"|\b(?-i:AB|AS|Oy|BV|B\.V\.|NV|N\.V\.|A/S)$",
    re.IGNORECASE,
)
"""The legal form of a business, or a word that businesses end with."""
TRADE = re.compile(rf"\b(?:{_any_of(_TRADE_WORDS)})\b|{LEGAL.pattern}", re.IGNORECASE)
BODY = re.compile(rf"\b(?:{_any_of(_BODIES)})\b", re.IGNORECASE)
"""A word for a body that is no business."""

_WRITINGS = _words("""
    kana romaji kanji hiragana katakana hangul pinyin latin cyrillic ascii roman transliterated transliteration native
""")
"""In which letters a name is written."""
NEUTRAL = _WRITINGS | _words("""
    name text value line raw original primary secondary main home work business official current
    full short long alt alternate other private personal mobile day evening default new old first second
    en de fr es pt nl pl cs sk hu ru zh ja ko sv da fi ro uk
    third english deg dim string str field data info txt usd eur gbp inr idr brl chf jpy cad aud mxn
""")
"""Words behind a name that leave its meaning as it is: `city_name`, `address_line_2`, `email_raw`."""
NAME_NOISE = _WRITINGS | _words("""
    full short long official display common legal trade dba english german french spanish local original
    en de fr es pt nl pl cs sk hu ru zh ja ko sv da fi ro uk
""")
"""Words beside `name` that leave open whose name it is."""
TABLE_NOISE = _words("""
    table tbl data info master mstr list detail record history hist log view dim fact fct raw stg tmp import export
    dump extract file base main entity mv description translation lang i18n
""")
"""Words at the end of a table's name that only say that it is a table."""
NO_AMOUNT = _words("""
    count number quantity id identifier code key date day time hour minute type kind class category status state
    rate ratio percent percentage method mode term period flag is has name currency index score rank rating level unit
    description note reason account group plan city country region frequency freq center centre person people manager
    rep representative channel year month week quarter volume weight distance duration length height point
""")
"""Words beside one of money that make it the name of something else,"""
PERIOD_WORDS = _words("last previous prior current this next per ytd")
"""but not where these stand beside them: `sales last year`."""
SPELLED_OUT = {
    word: spelled.strip()
    for line in """
    address: addr adr
    phone: tel telephone ph
    mobile: mob
    number: nbr num no nr
    description: desc descr
    name: nm
    first name: fname firstname
    last name: lname lastname surname
    amount: amt
    percent: pct perc percentage
    quantity: qty cnt
    date: dt dte dat
    birth: bir brth
    birth date: bday birthdt bdate
    month: mth mnth
    monthly: mthly
    description: dsc
    type: typ
    title: ttl
    gender: gndr
    marital: mrtl
    company: cmpny
    city: cty
    occupation: occ occup
    host name: hostname
    limit: lmt
    payment: pmt
    merchant: mrch
    employer: emplr
    insurance: ins
    contact: cntct
    region: rgn
    district: dstr
    status: stat sts
    social security number: socsec
    license: lic licence
    maximum: max
    minimum: min
    category: cat categ
    subcategory: subcat
    employee: emp
    customer: cust
    product: prod
    organization: org organisation
    language: lang
    currency: curr ccy cur
    latitude: lat
    longitude: lon lng long
    code: cd
    color: colour clr
    password: pwd passwd pw
    manager: mgr
    department: dept
    street: st
    country: ctry cntry
    province: prov
    university: univ
    vendor: vend
    supplier: supp
    user: usr
    account: acct acc
    transaction: txn
    message: msg
    image: img
    picture: pic
    balance: bal
    medication: med meds
    salary: sal
    commission: comm
    location: loc locn
    federal: fed
    postal code: pcode postcd zipcd
    first: fst frst
    last: lst
    price: prc
    hourly: hrly
    social: soc
    security: sec
    national: natl
    subtotal: subttl
    business: biz
    corporation: corp
    school: sch
    student: stud stu
    group: grp
    middle name: mname
    salutation: salut
    """.strip().splitlines()
    for spelled, _, short in [line.partition(":")]
    for word in short.split()
}
"""Abbreviations in names, and what they stand for."""
