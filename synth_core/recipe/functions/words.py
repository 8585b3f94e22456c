"""Plain words for free text that says nothing."""

WORDS = tuple(
    """
    account action adjust advance agenda agree air amount analysis answer apple apply area arrive article
    aspect asset attempt author autumn average balance bank base basic basket beach begin benefit blue board
    bottle branch bread breeze bridge brief bright bring budget build button call camera candle capital care
    carry castle center certain chain change channel chapter charge check choice circle citizen city clear
    client climate close cloud coast coffee collect color comfort common company compare complete concept
    concert connect consider contact content control cook copper corner cotton country course cover create
    credit culture current custom cycle daily data deal debate decide deep degree deliver demand depend
    design detail develop digital dinner direct discuss distance doctor double draft dream drive early earth
    east easy edge effect effort electric element energy engine enjoy enter equal estimate evening event
    exact example exchange expand expect express extra factor fair family farm fashion feature field figure
    final finish flight floor flow focus follow forest form forward frame free fresh friend fruit future
    garden gather general gentle glass global goal gold good grand green ground group grow guest guide half
    hand harbor head heat height help high history holiday home honest hour house human idea image impact
    improve include income increase index industry inform initial inside interest island issue item join
    journey joy keep kind kitchen label lake land large late launch layer lead learn leave lemon lesson
    letter level library light limit line list local logic long lower lunch machine main major manage manual
    margin mark market master match matter meadow measure medium meet member memory message metal method
    middle mind minute mirror mobile model modern moment month morning motion mountain move music narrow
    nature need network never night normal north note notice number object ocean offer office open option
    orange order origin outside paint panel paper parcel part pass path pattern pause payment people period
    person phase phone photo picture piece place plan plant plate player point policy popular position
    possible power practice prefer prepare present press price print private problem process produce product
    profit program progress project proof proper protect public purpose quality quarter question quick quiet
    radio rain range rapid rate reach ready reason receive record reduce region regular relate release
    remain remind remote repair repeat reply report request rest result return review right ring river road
    rock role room round route rule safe sample scale schedule school science screen season second section
    select sense series serve service session shape share shelf ship short side signal silver simple single
    site size skill small smart smooth social soft solution source south space special speed spring square
    stable staff stage standard star start state station step stone store story street strong student study
    style subject success sugar summer supply support surface system table target task taste team term test
    text theme thing thought ticket time title today token tool topic total touch tour town track trade
    train travel tree trend trip trust type unit update upper urban useful usual valley value variety
    vehicle version view village vision visit voice volume walk wall warm watch water wave wealth weather
    week weight west wheel white wide window winter wood word work world year yellow young
    """.split()
)
