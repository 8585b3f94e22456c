"""Words that names of columns and tables are made of, in the singular.

General vocabulary of people who name tables; nothing in here is about any one database.
"""

from __future__ import annotations


def singular(word: str) -> str:
    """Good enough for names: companies → company, addresses → address, orders → order, ids → id.

    One form for all, not always the dictionary's: movies tells neither movie nor movy, so that both are movy here, and
    Kategorie is what Kategorien are.
    """
    if word == "ids":
        return "id"
    for ending in ("ies", "ien", "ie"):
        if len(word) > len(ending) + 1 and word.endswith(ending):
            return word[: -len(ending)] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _lexicon(text: str) -> frozenset[str]:
    return frozenset(singular(word) for word in text.split())


ID_WORDS = _lexicon("""
    id key code no nr num number nbr uuid guid pk fk sk ref cd identifier ptr
    codigo cod clave numero nro nummer schluessel kennung identifiant numer codice chave kod kode
""")
"""Last words of columns that identify something."""
POLYMORPHIC = _lexicon("item record object owner subject source target entity resource parent content")
"""What is of no kind in particular: another column says of which."""
POINTER_WORDS = _lexicon("ptr fk")
"""Words that say of a key that it is that of another table's row."""
REFERRING = _lexicon("ref reference referred referrer")
"""`customer_ref` of a customer may be who brought them."""
SECOND_KEY_WORDS = _lexicon("alternate alternative alt natural surrogate legacy external old former")
"""Words for another identifier of the same thing."""
MEASURE_WORDS = _lexicon("""
    quantity qty amount amt count cnt price cost total sum tax discount rate ratio percent pct age
    weight height width length size score rating rank points votes salary balance year month day hour
    minute second week quarter date time level lvl min max avg duration stock population area latitude
    longitude lat lon lng wins losses games flag is has
    precio cantidad importe fecha edad peso altura preis menge anzahl betrag datum alter gewicht jahr monat
    gehalt prix quantite montant taux annee mois preco quantidade valor prezzo quantita importo data eta
""")
"""Words for numbers that count or measure, and so refer to nothing."""
COUNT_WORDS = _lexicon("""
    count num number total sum avg average max min maximum minimum qty quantity amount score rating rank price cost
    salary weight height width length anzahl cantidad
""")
"""First words of columns that count or measure something."""
DESCRIPTIVE_WORDS = _lexicon("""
    name title description desc email mail phone fax address street comment comments note notes text
    url first last full label remarks fname lname
    nombre apellido descripcion direccion telefono correo vorname nachname beschreibung adresse strasse
    telefon bezeichnung nom prenom libelle nome cognome descricao endereco descrizione indirizzo
""")
LINE_WORDS = _lexicon("""
    line seq sequence item position pos ordinal order version revision step slot
""")
"""Words for numbers that tell rows below one parent apart."""
PLAIN_LINE_WORDS = _lexicon("line seq sequence position pos ordinal slot step")
"""Line words that tell lines apart with a number behind them, too: an `order_number` may be an order's."""
NUMBER_WORDS = _lexicon("no nr num number nbr numero nummer")
NUMBERING_WORDS = NUMBER_WORDS | _lexicon("code cd ref codigo cod codice kod kode")
"""What may be a number of a row beside its key."""
SEQUENCE_WORDS = _lexicon("seq sequence ordinal sort order sorting")
"""Line words that say no more than in which order rows stand, even with a word for numbers behind them."""
PERIOD_WORDS = _lexicon(
    "year month week day quarter season semester term date time jahr monat ano annee mois"
)
PERSON_ROLES = _lexicon("""
    manager mgr mng mngr supervisor boss rep representative reports rpt salesrep salesman saleswoman clerk
    cashier technician mechanic driver pilot instructor professor tutor reporter lead leader head owner author creator
    assignee approver agent seller buyer salesperson sender recipient receiver teacher advisor mentor
    follower followee followed friend inviter invitee lender borrower sponsor referrer trainer trainee coach
    requestor requester reviewer editor operator inspector captain bowler batsman batter striker pitcher catcher
    goalkeeper scorer umpire referee contributor committer maintainer submitter initiator moderator issuer donor host
    chief director chair chairman chairperson dean created updated modified approved assigned hired reported
    jefe gerente vendedor responsable representante alumno profesor estudiante docente autor encargado
    vorgesetzter leiter betreuer verkaeufer ansprechpartner chef vendeur auteur chefe responsavel
    responsabile venditore capo
    direttore referente amministratore proprietario autore relatore allenatore arbitro coordinatore insegnante
    coordinador administrador propietario dueno entrenador arbitro asesor diretor coordenador proprietario treinador
    orientador directeur directrice proprietaire entraineur arbitre encadrant tuteur gerant
    direktor inhaber besitzer eigentuemer schiedsrichter vorsitzender geschaeftsfuehrer bearbeiter ersteller
    xerente eigenaar begeleider kierownik szef opiekun wlasciciel trener sedzia
""")
PERSON_TABLES = _lexicon("""
    employee emp staff person people user usr member worker contact account customer agent player student
    doctor physician nurse medecin infirmier arzt krankenschwester medico
    persona empleado trabajador usuario cliente mitarbeiter angestellte benutzer kunde personne employe
    utilisateur client pessoa funcionario utente dipendente
    dipendenti impiegato impiegati clienti utenti docente docenti studente studenti persone medewerker werknemer klant
    empregado pracownik klient osoba uzytkownik zamestnanec zakaznik anstalld ansatt medarbejder calisan
""")
ANY_PERSONS = _lexicon("person people party persona personne pessoa persone personen")
"""Tables of everybody, of whom other tables hold some."""
SOME_PERSONS = _lexicon("""
    employee staff user member worker customer client student pupil teacher instructor professor lecturer doctor
    physician nurse patient donor author actor driver passenger guest volunteer candidate applicant tenant borrower
    contact agent player referee owner reader visitor attendee subscriber
    empleado trabajador usuario cliente alumno profesor paciente mitarbeiter benutzer kunde schueler lehrer arzt
    employe utilisateur etudiant enseignant medecin funcionario aluno medico dipendente studente docente
""")
"""Tables of those who are something to somebody."""
JOBS = _lexicon("""
    teacher instructor professor lecturer doctor physician nurse driver pilot mechanic technician engineer manager
    secretary guard cleaner cook waiter librarian pharmacist surgeon veterinarian vet trainer coach crew therapist
    clerk cashier salesperson supervisor faculty
    profesor docente enfermero medico piloto conductor chofer tecnico lehrer arzt fahrer techniker enseignant medecin
    infirmier chauffeur professore autista
""")
"""Tables of some of those who are employed."""
LOGINS = frozenset(("username", "login", "loginname", "userlogin", "benutzername"))
"""Columns by which whoever uses a system is known in it."""
CUSTOMER_ROLES = _lexicon("""
    buyer sender recipient receiver borrower subscriber payer consignee guest passenger holder
""")
CUSTOMER_TABLES = _lexicon("""
    customer client member patron subscriber guest passenger cliente kunde consumer
    clienti klant klient zakaznik
""")
EMPLOYEE_TABLES = _lexicon("""
    employee staff empleado trabajador mitarbeiter angestellte employe funcionario dipendente
    dipendenti impiegato impiegati medewerker werknemer empregado pracownik zamestnanec anstalld ansatt medarbejder
    calisan
""")
STAFF_TABLES = EMPLOYEE_TABLES | _lexicon(
    "person people user usr persona usuario personne utilisateur pessoa"
)
TEAM_ROLES = _lexicon("""
    home away host guest visitor visiting opponent opposing winner winning loser losing champion challenger
    local visitante visitado rival ganador perdedor vencedor heim gast gastgeber gegner sieger verlierer domicile
    exterieur vainqueur casa ospite vincitore
""")
TEAM_TABLES = _lexicon("""
    team club squad franchise equipo equipa equipe mannschaft verein squadra selecao
""")
SELF_ROLES = _lexicon("""
    parent partof previous prev next predecessor successor ancestor replaced replaces superior original root
    reply boss manager mgr mng mngr supervisor reports rpt prerequisite prereq related child similar substitute
    alternative subsidiary
    padre madre jefe anterior siguiente superior vorgesetzter vorgaenger nachfolger eltern oberkategorie
    precedent suivant pai anteriore
""")
PLACE_ROLES = _lexicon("""
    origin dest destination departure arrival depart arrive from to start end source target via home
    capital birth hometown
    ziel abflug abfahrt ankunft herkunft origen destino salida llegada origem partida chegada origine
    destinazione partenza arrivo depart arrivee
""")
PLACE_TABLES = _lexicon("""
    airport station stop location place city warehouse store depot port terminal site zone address
    country region node
    flughafen bahnhof ort stadt land lager hafen aeropuerto estacion ciudad lugar pais almacen aeroporto
    estacao cidade armazem stazione citta luogo aeroport gare ville lieu pays
""")
FILE_ROLES = _lexicon("image photo picture avatar thumbnail logo icon document attachment cover scan")
FILE_TABLES = _lexicon(
    "file media image photo picture document asset attachment upload datei fichier archivo arquivo"
)
EXTENSION_WORDS = _lexicon("""
    info information detail detailed ext extension extra profile data stat statistic summary text
    description setting option attribute property meta metadata localized translation picture photo
    image
""")
EARLIER_WORDS = _lexicon("""
    start begin first from valid open order create created birth born hire hired depart departure checkin
    effective debut issue issued launch pickup rental min
""")
LATER_WORDS = _lexicon("""
    end finish final last to until close closed ship shipped update updated death died leave arrival
    arrive checkout expiry expire expires due return returned deliver delivered complete completed
    dropoff receipt modified resolved paid max
""")
LOW_WORDS = _lexicon("""
    low lower lowest min minimum least floor cost net start begin from first p10 p25 q1
""")
"""First words for the smaller one of two numbers."""
MIDDLE_WORDS = _lexicon("""
    mean avg average median mid middle mode typical p50 q2
""")
"""Words for a number between the smaller and the greater one."""
HIGH_WORDS = _lexicon("""
    high higher highest max maximum most ceiling price gross end to last total all p75 p90 q3
""")
DIFFERENCE_WORDS = _lexicon("""
    margin profit loss difference diff delta change net balance remaining remainder rest left gain saving
    discount due outstanding gap delay surplus deficit increase decrease spread growth
""")
"""Words for numbers that are what is left when one is taken from another."""
SUM_WORDS = _lexicon("""
    total sum all overall combined gross grand subtotal together aggregate amount
""")
LEFT_WORDS = (DIFFERENCE_WORDS | SUM_WORDS) - {"discount", "gross"}
"""Words for what comes out where some numbers are added and others taken away."""
LANGUAGE_WORDS = _lexicon("language lang locale culture sprache idioma langue lingua")
BARE_KINDS = _lexicon("type kind status state mode typ art")
"""A column called just so is about its own table, and so is the table of such that it refers to."""
KIND_WORDS = _lexicon("type kind status state class category group level role mode typ art")
"""What says of which kind something is: two tables of kinds have nothing more in common."""
GENITIVES = frozenset(["of", "de", "do", "da", "dos", "das", "del", "della", "di", "du", "des"])
"""What stands behind them tells of what: `tipo_de_recorde` is a type and no record."""
HISTORY_WORDS = _lexicon("history hist log journal historie historial historique storico")
TABLE_NOISE = _lexicon("""
    tbl table dim fact fct stg tmp raw data base master entity list lookup lkp ref t v vw src main
""")
DERIVING = frozenset(
    (
        "ment",
        "ments",
        "ee",
        "ees",
        "ing",
        "ings",
        "ship",
        "ships",
        "ation",
        "ness",
        "able",
        "ery",
        "ist",
        "ism",
    )
)
"""Endings that make a new word of a word; what stands before is no word of its own."""
GREEK = ("logy", "graphy", "metry", "nomy", "scopy", "pathy", "sophy")
"""How compounds of Greek words end: `technology` is a single word, whatever `tech` is."""
SPLIT_OFF = ("number", "uuid", "guid", "code", "key", "num", "nbr", "no", "nr", "id", "cd")
