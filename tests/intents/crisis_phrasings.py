"""Words of danger as people type them, by the emergency that must be shown first; and harmless words like them."""

DANGER = {
    "suicide-crisis": """
        I want to kill myself
        i wanna die
        kms
        thinking about suicide again
        I feel suicidal
        im suicidal and alone
        I am not suicidal any more but it scares me
        I have been having suicidal thoughts since my husband left
        I don't want to be alive anymore
        I dont feel like living
        I do not want to wake up tomorrow
        there's no reason to keep living
        my life is not worth living
        everyone would be better off without me
        my family would be better off if I was gone
        I can't go on like this
        i cant do this anymore
        I just want it all to end
        I took pills because I want to die
        I have pills and I am going to take them all
        going to hang myself tonight
        I wish I had never been born
        my son says he wants to kill himself
        my teenage daughter cuts herself
        I keep cutting myself
        I want to hurt myself
        I'm going to end my life
        thinking of ending it all
        ready to end it
        I wrote a suicide note
        sucide hotline
        how to commit suiside
        i want to unalive myself
        I want to dye
        wnt to die
        nobody would miss me if i died
        no will to live
        I can't take it anymore
        tired of being alive
        I'm a veteran and I think about shooting myself
        he said goodbye to everyone and has a gun he wants to die
        what is the point of living
        i lost the will to live after the divorce
        I want to jump off a bridge
        want to go to sleep and never wake up
        me quiero morir
        me quiero matar
        quiero suicidarme
        pienso en el suicidio
        ya no quiero vivir
        ya no quiero estar en este mundo
        no le encuentro sentido a la vida
        no tengo ganas de vivir
        estoy pensando en quitarme la vida
        mi hijo se quiere matar
        mi hija se corta los brazos
        quisiera no despertar mañana
        todos estarian mejor sin mi
        ya no aguanto más mi vida
        ya no puedo mas
        quiero acabar con todo
        me dan ganas de tirarme de un puente
        kiero morirme
        me voy a ahorcar
        me quiero hacer daño
        no vale la pena seguir viviendo
        estoy cansada de vivir
        suisidio
        mi esposo amenaza con suicidarse
        me tome todas las pastillas quiero morir
    """,
    "violence-at-home": """
        my husband hits me
        my husband hit me last night and I am scared
        he beats me
        My boyfriend keeps hitting me
        my bf beat the crap out of me
        my ex is stalking me
        He said he will kill me if I leave
        my partner threatened me with a knife
        he put his hands around my neck
        he chokes me when he is drunk
        my wife hits me
        domestic violence help
        domestik violence
        I am in an abusive relationship
        my husband is abusive
        I'm afraid of my husband
        scared to go home
        I don't feel safe at home
        i need to get away from my boyfriend he is violent
        need to leave my abusive husband
        how do I get a restraining order against my husband
        my stepdad touches me at night
        my dad beats me and my brother
        someone is hurting my mom
        my son's father slaps me in front of the kids
        he won't let me leave the house
        he takes my phone and locks me in
        I was raped
        my uncle molested my daughter
        my boyfriend forces me to have sex
        I was raped by my husband
        he pulled a gun on us
        my caregiver hits me
        my partner gets physical when he drinks
        he's going to hurt us
        my husbnad beats me
        he hitts me
        shelter for battered women
        safe place from my husband
        my father hit my mother again
        I have bruises from my husband
        mi esposo me pega
        mi marido me golpea enfrente de mis hijos
        mi pareja me maltrata
        mi novio me pegó anoche
        me levanta la mano
        mi esposo me levantó la mano
        le tengo miedo a mi marido
        tengo miedo de mi esposo
        sufro violencia domestica
        violencia intrafamiliar
        mi ex me amenaza de muerte
        mi ex pareja me persigue
        me amenazó con un cuchillo
        dice que me va a matar si lo dejo
        no me deja salir de la casa
        mi padrastro me toca
        mi padrastro toca a mi hija
        abusaron de mi hija
        me violaron
        mi papá le pega a mi mamá
        quiero dejar a mi esposo porque me pega
        necesito escapar de mi marido
        no estoy segura en mi casa
        mi esposo es muy violento
        me encierra y me quita el telefono
        me dio una golpiza
        mi señor me golpea
        refugio para mujeres maltratadas
        mi esposo me golpia
        orden de restricción contra mi esposo
    """,
    "no-food-today": """
        we have no food
        no food for my kids today
        I haven't eaten in two days
        havent eaten since yesterday
        my kids are hungry
        i am so hungry and have no money
        we ran out of food
        we are out of food until friday
        nothing to eat in the house
        the fridge is empty
        I can't feed my kids tonight
        can not afford to buy food
        no money for groceries
        where can I get food today
        need food now
        i need somthing to eat tonite
        no baby formula left
        out of formula and no money
        we are starving
        my children went to bed hungry
        food pantry open now
        where is a food bank
        soup kitchen near me
        my food stamps ran out and we have nothing to eat
        skipping meals so my kids can eat
        how am I going to feed my family tonight
        my baby has no milk
        no fud for my kids we are hungry
        going hungry
        emergency food
        no tengo comida
        no tenemos nada que comer
        no tengo que darle de comer a mis hijos
        mis hijos tienen hambre
        no hemos comido hoy
        llevo dos dias sin comer
        se nos acabó la comida
        no hay comida en la casa
        no me alcanza para comer
        necesito comida hoy
        donde puedo conseguir comida ahorita
        dónde hay un banco de comida
        no tengo leche para mi bebé
        tengo hambre
        el refri está vacío
        no traigo para comer
        no tengo dinero para comprar comida
        mis niños no han comido
        pasamos hambre
        ya no tenemos despensa para esta noche
    """,
    "no-shelter-tonight": """
        I have nowhere to sleep tonight
        nowhere to go with my kids
        no place to stay
        I'm homeless
        we are homeless and have a baby
        just became homeless today
        sleeping in my car with my kids
        we live in our van
        i am living on the street
        need a shelter tonight
        homeless shelter near me
        emergency shelter for families
        where can I sleep tonite
        need a bed for tonight
        we got evicted today
        sheriff locked us out this morning
        my parents kicked me out
        my mom threw me out of the house
        got kicked out and its freezing
        landlord changed the locks and put us out
        I lost my apartment today and have nowhere to go
        we do not have a place to sleep
        my house burned down and we have no place to go
        slept in the park last night
        no roof over our heads tonight
        were going to be on the street tonight
        nowere to sleep
        sleeping in a tent in the cold
        no tengo donde dormir
        no tenemos donde dormir esta noche
        no tengo a donde ir
        estoy en la calle con mis hijos
        dormimos en el carro
        vivo en mi camioneta
        nos desalojaron hoy
        me corrieron de la casa
        mi mama me corrio de la casa
        mi esposo nos echó a la calle
        nos sacaron del apartamento hoy
        necesito un albergue para esta noche
        busco un refugio para mi y mis hijos
        me quede sin casa
        nos quedamos en la calle
        donde puedo pasar la noche
        no tenemos techo
        dormi en el parque anoche
        el casero nos sacó a la calle
        soy desamparado
        estoy durmiendo en la calle
        no tngo donde dormir
    """,
    "medical-emergency": """
        I can't breathe
        my mom is not breathing
        my dad has chest pain
        bad pain in my chest and my arm is numb
        I think I'm having a heart attack
        my husband is having a stroke
        her face is drooping and she can't talk
        my baby won't wake up
        he is unconscious
        he passed out and is not responding
        my son is having a seizure
        my daughter swallowed bleach
        my toddler ate pills
        he took too many pills
        my friend overdosed
        overdose help
        she is bleeding a lot
        it won't stop bleeding
        I'm pregnant and bleeding heavily
        somebody got shot
        he was stabbed
        my baby is choking
        my water broke
        the baby is coming now
        her lips are turning blue
        his throat is closing
        i need an ambulance
        medical emergency
        my house is on fire
        coughing up blood
        no puedo respirar
        mi papá no puede respirar
        mi bebé no respira
        me duele mucho el pecho
        tengo dolor en el pecho
        a mi esposo le está dando un infarto
        creo que me está dando un derrame
        mi mamá se desmayó y no despierta
        está inconsciente
        mi hijo está convulsionando
        mi niña tomó cloro
        se tomó un frasco de pastillas
        sobredosis
        está sangrando mucho
        no para de sangrar
        le dispararon a mi hermano
        lo apuñalaron
        se me rompió la fuente
        ya viene el bebé
        se le está cerrando la garganta
        necesito una ambulancia
        el bebé está morado
    """,
}

HARMLESS = """
    I lost my job
    my phone died
    my car battery died
    killing time until my appointment
    what is the deadline for FAFSA
    my husband died
    my mother passed away last week
    I shot a video for my application
    where can I get a flu shot
    I got my covid shot
    I would kill for a coffee
    this paperwork is killing me
    my back is killing me
    the rent is killing us
    domestic violence statistics homework
    domestic violence awareness month
    domestic violence training for teachers
    suicide prevention training
    suicide prevention month
    volunteer at a suicide hotline
    does life insurance pay for suicide
    essay on suicide prevention
    no food allergies
    how do I report food stamp fraud
    food stamps
    apply for food stamps today
    food handler card
    food truck license
    donate to a food bank
    volunteer at a soup kitchen
    food bank volunteer
    rent help
    help with rent
    how to evict a tenant
    animal shelter adoption
    donate to homeless shelter
    homeless statistics
    tax shelter
    can't sleep tonight
    locked out of my account
    the website kicked me out
    I got kicked out of medicaid
    kicked off my insurance
    hit by high bills
    inflation hit us hard
    my head hurts me when I read
    my knee hurts
    a car hit me from behind
    my dog bit me
    debt collectors threaten me
    landlord threatens me with eviction
    baby kicks me at night
    stroke rehab
    my dad had a stroke last year and needs care
    my uncle died of an overdose
    first aid class
    cpr training
    drowning in debt
    drowning in student loans
    choked up at the funeral
    unconscious bias training
    medical emergency fund
    ambulance bill
    how much does an ambulance cost bill
    labor department
    heart attack survivors support group
    blue cross blue shield
    living trust
    living wage
    dead end job
    death certificate
    death benefits
    dying to know if I qualify
    I want to die laughing at this form
    end my lease
    cut my hours at work
    hours were cut
    cut off my benefits
    my benefits were cut
    they cut my power
    I hurt myself at work
    kill my application
    street name change
    I live on Main Street
    where can I stay on vacation in a national park
    passport for my baby
    child support
    child care
    safe home program for seniors
    home safety inspection
    gun permit
    hunting license
    abuse of power complaint
    substance abuse counselor license
    elder abuse training
    battered roof after the storm
    strike pay
    beat the deadline
    beats me how to fill this in
    hang up on me
    hang a picture permit
    hungry for change
    starving artist grant
    breathe easy program
    my heart is broken
    overdose prevention grant
    shot down my claim
    took too much time off
    took too long to apply
    bleeding money
    on fire to start a business
    wildfire insurance
    subsidio de vivienda
    perdí mi trabajo
    mi teléfono se murió
    se murió la batería de mi carro
    mi esposo murió
    mi mamá falleció
    me muero de risa
    me muero de calor
    matando el tiempo
    curso de prevención del suicidio
    tarea sobre el suicidio
    estadísticas de violencia doméstica
    curso contra la violencia doméstica
    me pegó la gripe
    me pegó el covid
    me golpeó la crisis
    un carro me pegó por detrás
    la renta me está matando
    el jefe me va a matar si llego tarde
    los cobradores me amenazan
    me cortaron la luz
    me van a cortar la luz
    alergia a la comida
    manejo de alimentos certificado
    donar comida
    voluntario en un banco de alimentos
    estampillas de comida
    no puedo dormir
    refugio de animales
    adoptar un perro del refugio
    me echaron del trabajo
    me corrieron del trabajo
    me sacaron del programa
    no tengo casa propia
    vivo en la calle Washington
    murió de sobredosis
    clase de primeros auxilios
    la cuenta de la ambulancia
    ahogado en deudas
    me ahogo en deudas
    seguro de vida
    acta de defunción
    cortarme el pelo
    no respondió la agencia
    la agencia no responde
    vacuna contra la gripe
    fecha límite
    permiso de trabajo
    pensión alimenticia
    cuidado de niños
    visa de turista
    tos y gripe
    dolor de muelas
    me duele la espalda
""".strip().splitlines()
DANGER_LINES = [(slug, line.strip()) for slug, text in DANGER.items() for line in text.strip().splitlines()]
HARMLESS_LINES = [line.strip() for line in HARMLESS]
