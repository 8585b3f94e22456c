"""Word lists of the example shop: common names and inventions, parted by commas."""

from __future__ import annotations

GIVEN_NAMES = {
    "DE": "Anna, Lena, Jürgen, Sabine, Björn, Käthe, Thomas, Mira, Jonas, Svenja, Günter, Heike, Emil, "
    "Frieda, Lukas, Sophie, Max, Paula, Felix, Marie, Oskar, Greta, Rainer, Ute",
    "FR": "Camille, Élodie, François, Zoé, Hugo, Léa, Mathieu, Inès, Gaël, Chloé, Rémi, Noémie, Luc, Manon, "
    "Théo, Agnès, Benoît, Margaux, Julien, Océane",
    "SE": "Åsa, Björn, Elin, Göran, Maja, Nils, Östen, Saga, Lars, Ebba, Håkan, Freja, Sven, "
    "Tuva, Mårten, Ylva",
}
FAMILY_NAMES = {
    "DE": "Müller, Schmidt, Schäfer, Köhler, Weiß, Brandt, Vogel, Günther, Krüger, Lange, Hartmann, Böhm, "
    "Seidel, Jäger, Roth, Zimmermann, Kaiser, Fuchs, Scholz, Möller, Winkler, Arnold, Voß, Haas, Graf, Pohl",
    "FR": "Martin, Lefèvre, Moreau, Girard, Rousseau, Bérard, Fournier, Mercier, Dupré, Garnier, Chevalier, "
    "Faure, Gauthier, Perrin, Renaud, Blanchard, Guérin, Marchand, Noël, Picard",
    "SE": "Lindqvist, Sjöberg, Åkesson, Nyström, Holm, Bergström, Ek, Öberg, Sandberg, Wallin, Söderlund, "
    "Hedlund, Dahl, Norén, Lund, Forsberg",
}
# Each city with the first three digits of its postal codes.
CITIES = {
    "DE": "Leipzig 042, Dresden 010, Halle (Saale) 061, Jena 077, Berlin 104, Hamburg 202, Köln 506, "
    "München 803, Frankfurt am Main 603",
    "FR": "Nice 060, Paris 750, Lyon 690, Bourg-en-Bresse 010, Nîmes 300",
    "SE": "Stockholm 112, Göteborg 413, Malmö 211, Luleå 972",
}
STREETS = {
    "DE": "Lindenallee, Bahnhofstraße, Gartenweg, Marktplatz, Mühlgasse, Schillerstraße, Am Hang, Uferstraße",
    "FR": "rue des Lilas, rue Pasteur, avenue de la Gare, place du Marché, rue du Moulin, quai Nord",
    "SE": "Storgatan, Kyrkogatan, Björkvägen, Södra vägen, Ängsgatan, Hamngatan, Skolgatan",
}
# Ranges that the countries' regulators keep free for books and films: valid, and nobody's.
PHONES = {
    "DE": "+49 30 23125 ###, +49 40 66969 ###, +49 221 4710 ###, +49 171 39200 ##",
    "FR": "+33 1 99 00 ## ##, +33 2 61 91 ## ##, +33 4 65 71 ## ##",
    "SE": "+46 8 465 004 ##, +46 31 390 06 ##, +46 70 174 06 ##",
}
MAIL_DOMAINS = "example.com, example.org, example.net, mail.example.com, post.example.org"

# Category: code, things in it, lowest and highest price in cents, usual weight in grams.
CATEGORIES = {
    "Kitchen": ("KIT", "Teapot, Skillet, Carafe, Grater, Whisk, Colander, Saucepan, Ladle", 790, 8900, 900),
    "Table": ("TAB", "Plate, Bowl, Mug, Tumbler, Cutlery set, Napkin ring, Serving tray", 390, 5900, 500),
    "Garden": ("GAR", "Trowel, Watering can, Planter, Secateurs, Lantern, Bird feeder", 590, 7900, 1400),
    "Bath": ("BAT", "Towel, Soap dish, Bath mat, Brush, Laundry basket", 490, 4900, 600),
    "Desk": ("DSK", "Notebook, Pen tray, Desk lamp, Paper knife, Letter rack", 250, 9900, 400),
}
MATERIALS = "oak, steel, linen, enamel, stoneware, glass, bamboo, copper, cork, cotton"
COLOURS = "white, sand, moss green, ink blue, terracotta, charcoal, mustard"

# Country: form of company, cities, words that company names are made of.
SUPPLIER_COUNTRIES = {
    "Portugal": ("Lda", "Évora, Guimarães, Setúbal", "Cerâmica, Lourenço, Conceição, Gonçalves, Araújo"),
    "Spain": ("S.L.", "Córdoba, Málaga, León", "Íñiguez, Muñoz, Azulejos, Peñalver, Cañada"),
    "France": ("SARL", "Besançon, Orléans, Nîmes", "Atelier, Lefèvre, Forêt, Frères, Crétien"),
    "Germany": ("GmbH", "Görlitz, Lübeck, Düren", "Töpferei, Grünwald, Schöne, Größe, Hütte"),
    "Denmark": ("ApS", "Ærøskøbing, Århus, Køge", "Sørensen, Værksted, Bjørn, Østergård, Skærbæk"),
    "Sweden": ("AB", "Växjö, Jönköping, Malmö", "Glasbruk, Öberg, Åström, Sjögren, Norrgård"),
}
JOBS = {
    "Sales": "Sales assistant, Account manager, Merchandiser",
    "Warehouse": "Picker, Forklift driver, Dispatcher",
    "Service": "Service agent, Complaints handler",
    "Office": "Accountant, Buyer, HR officer",
    "IT": "Developer, Data engineer",
}
ORDER_NOTES = (
    "Leave it at the door, please",
    "Ring twice",
    "A present, no invoice in the parcel",
    'Please write "for Ida" on it',
    "The neighbour takes it, 2nd floor",
)
REVIEW_TITLES = {
    5: "Love it, Exactly as described, A present for my mother, Would buy again",
    4: "Very good, Good value, Nearly perfect",
    3: "It is all right, Does what it should, Smaller than I thought",
    2: "Not convinced, Came late, Scratched on arrival",
    1: "Broken, Sent it back, Wrong colour",
}
PRAISE = (
    "It looks even better than on the picture.",
    "Solid, and nicely packed.",
    "We use it every day.",
    "Delivery took two days.",
    "The colour goes well with the rest of the house.",
    "My neighbour has ordered one, too.",
)
COMPLAINTS = (
    "The finish has small scratches.",
    "It arrived a week late.",
    "The parcel was open on one side.",
    "It smells of paint.",
    "Service answered quickly, I must say.",
    "For that price I had expected more.",
)
TAGS = "gift, everyday, sturdy, pretty, fragile, small, heavy, easy to clean"
