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
        im done. just done with all of it, tell my kids i love them
        I wrote the letters already, one for each kid
        whats the point of me even being here
        I keep looking at the bridge on my way to work
        ive been saving up my pills for the right night
        the world wont notice when im gone
        I bought a gun yesterday and not for hunting
        thinkin bout going to sleep and never waking
        nobody needs me and im so tired i want to sleep forever
        I don't see myself making it to christmas
        my brother gave away his dog and his guitar and said thanks for everything
        my daughter posted that this is her last night
        my wife said the kids would be fine without her and went quiet
        he's got the gun out and he's crying
        my roommate is on the roof and wont come down
        my son said he has a plan and a date
        I'd be worth more dead, the life insurance would pay the house
        i want the pain to stop forever
        cant do another day of this, got the rope
        God take me already
        if I crashed into a tree tonight nobody would cry
        how many tylenol does it take
        what happens if you take a whole bottle of sleeping pills
        I dont deserve to live
        i hate being alive
        I want out of this life
        im going to do it tonight
        I feel like ending everything
        Not suicidal exactly but I pray I don't wake up
        everyone hates me im gonna jump
        my veteran husband sits with his pistol every night
        grandpa says he is ready to go and stopped eating on purpose
        he texted me goodbye forever and turned off his phone
        my friend is cutting again, deep
        Ive been cutting my legs
        she swallowed a bunch of pills and says let her go
        i keep hearing a voice tell me to kill myself
        it would be easier if i was gone
        my little brother is 12 and says he wants to be dead
        my son tied a rope in the garage
        burning myself with cigarettes to feel something
        I can't find one reason to stay
        life aint worth it no more
        wish a truck would just hit me
        ready to check out of this world
        gonna eat a bullet
        swallow the barrel
        ya no le veo sentido a nada, mejor me voy de este mundo
        le escribí una carta a mis hijos para cuando no esté
        tengo guardadas las pastillas para tomarlas todas
        estarían mejor sin mí
        mi hijo regaló sus cosas y se despidió
        mi esposo tiene la pistola en la mano y llora
        quisiera dormirme y no despertar nunca
        pa qué sigo viviendo
        me quiero aventar del puente
        estoy pensando en colgarme
        ya no quiero existir
        mi hermana se cortó las venas
        mi hija publicó que es su última noche
        no aguanto más, quiero acabar con todo
        que Dios me recoja ya
        me da igual vivir o morir
        cuántas pastillas se necesitan para no despertar
        tengo ganas de tirarme al tren
        quiero descansar para siempre
        soy una carga, sin mí vivirían mejor
        mi papá dice que ya se quiere ir con mi mamá y no come
        me corto los brazos para aguantar
        mi compañero dijo que hoy se mata
        ojalá no hubiera nacido
        ya tengo todo listo para irme de este mundo
        no quiero estar aquí mañana
        mejor muerto que así
        siento que nadie me va a extrañar si me muero
        I'm tired of fighting, tonight I rest for good
        my husband left a voicemail saying sorry for everything and he's at the lake with his truck
        what is the easiest way to go
        thinking of joining my late wife soon
        i dont want to see tomorrow
        there is nothing left for me here, I want to go to heaven
        my teen wrote in her diary that she wants to vanish
        I have a noose in the basement
        how do i stop wanting to die
        took 20 ambien i just wanna sleep
        my kid keeps saying he should have never been born
        nobody loves me i should just be dead
        he keeps talking about death and giving up
        I cut again last night
        se me cruza por la mente tirarme a las vías
        quiero que se acabe todo de una vez
        mi amiga dice que se va a tomar raticida
        he pensado en no seguir
        prefiero estar bajo tierra
        mi hijo dice que se quiere morir por el bullying
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
        he put hands on me again last night
        he got physical and the baby was in my arms
        my old man smacks me around when he drinks
        he dragged me by my hair down the hall
        my bf choked me out
        he pinned me on the bed and wouldn't get off me
        she threw a pan at my head
        my husband keeps a knife by the bed and says try me
        he says he'll bury me in the yard
        he took my keys and my phone and i'm not allowed out
        I'm locked in the bedroom and he's outside the door
        he tracks my phone and shows up everywhere
        ex is sitting in his car outside my house again
        my stepfather touches me at night
        my uncle did things to me when i was sleeping
        my mom's boyfriend looks at me in the shower and comes in
        my dad hits us with a belt till we bleed
        my mother locks me in the closet
        there's a man who makes me sleep with people for money
        they took my passport and I work in their house for nothing
        my son punched me, he's 30 and lives with me
        my caregiver pinches me and leaves me in wet sheets
        grandma has bruises on her wrists and her daughter won't let us in
        he won't let me see a doctor or talk to my sister
        he says if I leave he'll kill me and himself
        he said he'd throw acid on me
        I'm hiding in the bathroom typing this
        can someone get me out of here before he comes back
        I have a black eye and told work I fell
        he shoved me down the stairs and im pregnant
        my wife beats me and no one believes me
        my girlfriend scratches and bites me when she is mad
        my boyfriend wont stop when I say no
        he forced himself on me
        I was raped at a party
        he put something in my drink
        he punched the wall next to my face
        my husband says he will send me back to my country in a box
        my neighbor is screaming and I hear things breaking
        kid next door always has bruises and is scared of his dad
        my ex got out of jail and said he's coming for me
        he killed my cat to teach me a lesson
        he burned my arm with the iron
        I sleep in my car because he gets violent
        hes drunk and breaking stuff and im scared
        he grabs my throat when he's mad
        my dad is going to hurt my mom tonight
        I ran away cause my dad beats me
        he controls every penny and hits me if I ask
        me agarró del pescuezo
        mi viejo llega tomado y se desquita conmigo
        me avienta las cosas y me grita que no valgo nada
        me jaló de los pelos delante de los niños
        me tiene encerrada y se lleva las llaves
        mi ex anda rondando la casa con una pistola
        me dijo que si lo dejo me mata a mí y a los niños
        mi padrastro me toca en las noches
        mi tío me hacía cosas cuando estaba dormida
        mi hijo me empuja y me quita el dinero, tengo 74
        la señora que me cuida me pellizca
        me quitaron el pasaporte y no me dejan salir de la casa donde trabajo
        me obligan a acostarme con hombres
        mi papá nos pega con el cable
        mi mamá me encierra en el clóset
        estoy escondida en el baño, no haga ruido
        me empujó por las escaleras y estoy embarazada
        mi novio no para cuando le digo que no
        me violaron anoche
        le tengo pánico a mi marido cuando toma
        mi cuñado golpea a mi hermana
        oigo golpes y gritos en el apartamento de al lado
        el niño de al lado siempre trae moretones
        mi mujer me pega y me da vergüenza
        me revisa el celular y si no le contesto me cachetea
        me puso el cuchillo en la garganta
        me quemó con la plancha
        mi pareja me amenazó de muerte
        me cela y me pone la mano encima
        me pateó la panza
        salió de la cárcel y viene por mí
        ayuda mi marido me quiere matar
        my hubby hits the kids when he drinks
        he broke my rib and I can't tell anyone
        I need somewhere to hide from my ex
        he won't let me sleep and keeps a bat by the bed
        my brother beats up my mom
        she burned my clothes and locked me out and slapped me
        my boyfriend made me get in the car and wont take me home
        he shows the gun when we argue
        dad broke mommas arm last week
        I'm 15 and my stepdad gets in bed with me
        my son in law shoves my elderly mother
        my pimp has my id
        mi marido me amenaza con quitarme a mis hijos y me golpea
        me aventó el carro encima
        mi hermano me toca cuando mis papás no están
        llevo años aguantando golpes
        me quiere ahorcar cuando se enoja
        mi nuera maltrata a mi mamá
        me encerró en el cuarto sin teléfono
        tengo miedo que me mate, ya me lo dijo
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
        kids went to bed without supper again
        i got nothing to put in their bellies
        haven't had a bite in two days
        down to ketchup packets
        my baby is crying for milk and I have none
        stomach hurts from not eating
        what can I feed my kids tonight with no money
        there's not a crumb in this house
        fridge is empty and payday is friday
        I gave my last can of soup to my son
        where can I get a meal right now
        we've been living on water and crackers since sunday
        my ebt is empty and the kids are hungry
        ain't ate since yesterday
        no formula left for tonight
        I'm so hungry I feel dizzy
        my mom is 80 and has no food in the house
        food pantry is closed till monday and we have nothing
        eating out of the trash
        I stole bread to feed my daughter
        who gives out food today
        is any church giving food tonight
        kids asking for food and I got none
        we ran out of everything to eat
        diabetic and nothing to eat, shaking
        los niños se acostaron sin cenar
        no tengo nada que echarles a la panza
        llevo dos días sin probar bocado
        mi bebé llora por leche y no hay
        no hay ni una tortilla en la casa
        el refri está pelón y pagan hasta el viernes
        le di lo último a mi hijo
        dónde dan de comer ahorita
        llevamos con agua y galletas desde el domingo
        se acabó la fórmula y no tengo para otra
        me mareo del hambre
        mi mamá de 80 no tiene comida en la casa
        estamos comiendo de la basura
        qué les doy de comer hoy
        hoy no hemos probado nada
        mis hijos lloran de hambre
        necesito comida hoy mismo
        no comemos desde ayer
        robé pan para mi niña
        quién regala comida hoy
        i havent eaten since monday
        my kids are starving
        there is no food in my house at all
        we have no milk for the baby tonight
        nothing for dinner and no money
        no he comido en tres días
        mis niños tienen hambre y no tengo nada
        sin nada que comer hasta el lunes
        no tengo leche para el biberón
        estamos pasando hambre
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
        landlord put our stuff on the lawn and it's getting dark
        me and my kids have nowhere to lay our heads tonight
        I'm at the bus station, can't stay here past midnight
        it's snowing and I'm in a tent
        shelter is full, where else
        my mom kicked me out, i'm 16
        we got 1 hour to leave the motel and no money
        sleeping behind a dumpster
        been walking around all night because I have no where to be
        got out of jail today with no place to stay
        hospital discharged my brother to the street
        our building burned and we're standing outside
        in my car with a baby and it's freezing
        i need a bed for tonight
        is there anywhere warm to sleep tonight
        we're living out of our van in a parking lot
        sheriff just locked us out
        staying on a park bench with my dog
        can't go home tonight, no friends left to ask
        my parents threw me out for being gay
        roommate changed the locks, im outside
        I sleep at the laundromat
        women's shelter with room for two kids tonight?
        they closed the encampment this morning, where do we go
        my husband left us at a gas station, we got no place
        motel kicked us out
        we slept in the church doorway
        just became homeless yesterday
        I have nowhere to go when the library closes
        foster home kicked me out on my 18th birthday
        nos sacaron las cosas a la banqueta
        no tengo dónde pasar la noche con mis hijos
        estoy en la terminal y no me puedo quedar
        está nevando y estoy en una carpa
        el albergue está lleno, ¿a dónde voy?
        mi mamá me corrió, tengo 16
        hay que dejar el motel en una hora
        duermo atrás del súper
        salí hoy de la cárcel y no tengo a dónde llegar
        dieron de alta a mi hermano y lo dejaron en la calle
        se quemó el edificio y estamos afuera
        estamos en el carro con el bebé y hace mucho frío
        necesito una cama para hoy
        dónde puedo dormir caliente esta noche
        acabo de quedarme en la calle
        dormimos en la puerta de la iglesia
        cambió la chapa y estoy afuera con la niña
        me botaron de la casa anoche
        no tengo techo para hoy
        andamos en la calle con los niños
        dormiremos en el parque otra vez
        ando sin casa desde ayer
        mi suegra nos echó ahorita
        un refugio para mujeres esta noche por favor
        we are on the street with two kids
        got kicked out an hour ago, its raining
        no place to crash tonight
        slept on the subway last night
        the motel money is gone and we have to leave in the morning
        my aunt said get out now
        vivimos debajo de un puente
        me quedé en la calle con mi bebé
        no tengo dónde meterme esta noche
        nos corrieron del cuarto y no hay a dónde ir
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
        grandma is talking funny and half her face is hanging
        he fell and hit his head and keeps throwing up
        my dad's lips are blue
        baby has a fever of 105 and is limp
        she ate a whole bottle of vitamins
        my toddler drank the drain cleaner
        bee sting and his throat is closing
        he's shaking all over and eyes rolled back
        my husband clutched his chest and fell
        cant catch my breath and my arm is numb
        blood wont stop coming out of my leg
        my wife is 7 months and there's blood everywhere
        water broke at 30 weeks
        he took too much and wont wake up
        found my roommate with a needle, not moving
        my son is choking on a grape
        grandpa wont wake up
        she had a seizure and another one started
        he cut his hand off with the saw
        car hit a kid on my street
        my friend drank so much he isnt responding
        carbon monoxide alarm going off and we feel sick
        snake bit my boy
        burned her with boiling water, skin coming off
        worst headache of my life and I cant see
        my sugar is 600 and I'm confused
        her insulin is way low and she passed out
        he's stabbed
        someone got shot outside
        my mother fell and her leg is the wrong way
        he stuck a fork in the outlet and isnt breathing
        baby swallowed a battery
        pulled my nephew out of the pool
        I'm coughing up blood
        numb on one side all of a sudden
        I cant feel my legs
        my chest feels like an elephant is on it
        he hanged himself i cut him down
        no puede hablar y se le cayó la cara de un lado
        se pegó en la cabeza y está vomitando
        mi papá tiene los labios morados
        el bebé está ardiendo en calentura y no responde
        mi niño se tomó el cloro
        le picó una abeja y no puede respirar
        está temblando y con los ojos volteados
        se agarró el pecho y se cayó
        me duele el brazo izquierdo y me falta aire
        no para la sangre
        mi esposa de 7 meses está sangrando
        lo encontré tirado y no despierta
        se está ahogando con un dulce
        le dio un ataque y le sigue otro
        se cortó la mano con la sierra
        atropellaron a un niño enfrente
        mi amigo tomó mucho y no reacciona
        se cayó a la alberca y no respira
        lo picó una víbora
        se quemó con agua hirviendo
        creo que me está dando un infarto
        tengo el azúcar en 600 y me siento confundido
        le dieron un balazo
        se tragó una pila
        escupo sangre
        no siento la mitad de la cara
        no respira mi bebé
        my wife is turning blue
        he's unconscious after falling off the ladder
        baby stopped breathing
        my mom took double her heart pills and is really slow to answer
        bleeding a lot after giving birth
        stabbing pain in my chest going down my arm
        she was bitten by a dog and the blood wont stop
        my friend od'd
        grandpa collapsed in the kitchen
        throat closing after shrimp
        mi bebé se puso morado
        mi abuelo se desmayó y no reacciona
        se tragó detergente
        me duele mucho el pecho y sudo frío
        no deja de sangrar después del parto
        le dio una convulsión
        se cayó del techo y no se mueve
        tiene una sobredosis
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
    my husband got physical therapy after his knee surgery
    she gets violent headaches
    he got aggressive with the sales pitch
    my boss put his hands on the desk and sighed
    he said he'd burn me a CD
    my ex is outside my insurance plan
    the landlord keeps my keys until I pay the fee
    my son is not allowed out of school without a form
    my uncle did a lot for me when I was a kid
    bruises easily because of blood thinners, see a doctor?
    my neighbor is screaming deals at his store
    kid next door sells lemonade
    he throws a ball at me in the yard
    he kicked the ball into my window
    she bites her nails
    my dog bites me when we play
    the baby pulled my hair
    put something in the drink machine and it broke
    he punches the clock at 6
    he hit the wall in his marathon
    getting out of jail next week and need a job
    coming home from prison, where can I find work
    kill the lawn weeds
    my cat died of old age
    I sleep in late on my days off
    he is drinking water and still dehydrated
    nurse slapped a bandage on me
    forced to retire at 62
    they made me sign a noncompete
    he forced me to look at my budget
    send me back my documents please
    scared of needles
    afraid of losing my benefits
    scared of my mom's cooking
    my father is afraid of flying
    scared for my daughter's grades
    I control my spending
    tell my kids I love them is the title of my book
    done with all the paperwork
    I am done with school, what jobs
    wrote a letter to my congressman
    I wrote the letters for my citizenship case
    what is the point of filing taxes
    no point in being here at the office if it's closed
    nobody will notice the typo
    bought a gun safe, can I deduct it
    got a hunting rifle license
    he has a gun permit, need renewal
    never waking up late again thanks to this alarm
    last night I applied for medicaid
    my last day at work is friday
    the roof is leaking
    jump on the roof to fix it
    my daughter has a plan to go to college and a date for the exam
    God take care of my family
    how many pills come in a refill
    how much insulin does medicare cover
    what happens if I take my pension early
    I deserve to live in a safe apartment
    hate being on hold
    tired of waking up early
    I'm sick of living with roommates
    ending my lease early
    end everything in my cart
    my friend is cutting hair for free
    cutting my hours at work
    they are cutting my benefits again
    burning my trash, is it allowed
    easier if I apply online
    better if I call or go in person
    I can't find one reason they denied me
    I wish a bus would hit my street, we need transit
    ready to check out books at the library
    stopped eating meat
    gave away my clothes to goodwill
    sleep study covered by medicaid
    rest forever stamps price
    she is a burden of proof expert
    voices in the call menu are hard to hear
    my son is going to jump a grade
    dying to see the results
    she was shot at the clinic, flu shot
    got shot records for school
    got stabbed in the back by my coworker, he took my promotion
    hit by a car last year, still waiting for the settlement
    my car hit a deer
    car hit a pole, no one hurt
    truck hit my fence
    pulled my kid out of school
    got my money out of the pool fund
    my hand is numb from typing for years
    numbness in feet from diabetes, does medicare cover it
    hanging pictures in my new apartment
    cut down on salt
    hung up on by the agency
    my chest freezer broke
    I need a chest x-ray for my green card
    gas bill makes me sick
    carbon monoxide detector free program
    bone density test covered
    boiling water notice in our town
    hot water is out
    blood sugar monitor covered by medicaid
    my sugar is high, doctor changed my diet
    wire transfer from my pension
    the waters broke the levee in 1998
    snake in my garage, who do I call
    not responding to my emails
    unemployment office won't respond
    the website won't wake up
    my grandpa clutches his coupons
    he's shaking hands with the mayor
    eyes checked for free
    heart attack last year, need disability
    stroke in 2019, need help at home
    seizure medication copay
    library closes at 8, where else can I print
    bus station schedule
    I work nights at the gas station, can I get child care
    stuck at the airport, flight delayed
    camping in a tent with scouts
    rainy in my car, window broke
    motel receipt for fema reimbursement
    check out of the hotel at noon, need invoice
    sleep under a weighted blanket
    sleeping in the living room so grandma has a bed
    hospital discharged me with a bill
    left us a message about medicaid
    changed the locks after my break in, is it tax deductible
    locked out of my car
    no bed frame for my new place
    where is a warm place to visit
    furniture on the lawn for a yard sale
    stuff on the curb pickup day
    the city cleared the snow
    kids went to bed late
    put in their lunch boxes
    down to one car
    living on rice and beans in Peru as a missionary
    not a crumb of evidence
    ran out of milk duds
    the food pantry is closed on monday, when does it open
    volunteer at the food bank
    eating out is expensive
    food out of state ebt use
    shoplifting charge from 2005, can I be hired
    dizzy from new glasses
    gave my last two weeks notice
    water and crackers is my flu diet
    mi esposo se puso violeta de la risa
    me empuja el viento
    me jalaron las orejas de cumpleaños
    el niño patea en mi panza
    mi ex viene por los niños los viernes
    salió de la cárcel y busca trabajo
    mi tío me hizo un favor
    la señora que cuida a mi mamá cobra 15 la hora
    mi niño tiene moretones de jugar futbol
    oigo golpes en la tubería
    me quemé con la plancha
    me da miedo el dentista
    tengo miedo de perder mi trabajo
    miedo a volar
    mi papá llega tomado del brazo de mi mamá
    controla mi presión el doctor
    mató mi perro una enfermedad
    escribí una carta al consulado
    última noche de la oferta
    última noche de trabajo, me jubilo
    Dios los bendiga
    me da igual la parte A o B
    ojalá no hubiera llenado mal la forma
    quiero irme de este estado
    mejor así
    no le veo sentido a esta regla
    no vale la pena apelar
    estarían mejor los niños con wic
    es una carga cuidar a mi mamá, busco descanso
    nadie me extraña en el trabajo
    compré una pistola de clavos
    cuántas pastillas cubre el medicare
    quiero tirarme al agua en vacaciones
    me corto el pelo barato dónde
    me corto las uñas con diabetes, ¿podólogo?
    hoy me mato estudiando
    estoy cansada de vivir con mi suegra
    harto de la vida cara
    se tocó el corazón y me perdonó la deuda
    no puede hablar inglés
    atropellaron mi perro
    se cortó la luz
    se cortó la mano de obra en la planta
    se quemó el foco
    agua hirviendo aviso del condado
    no siento los dedos del frío en la bodega
    no mueve el trámite
    la picaron los mosquitos
    le picó un mosquito
    labios partidos del frío
    azúcar alta, dieta
    tengo el azúcar alta y quiero ver un doctor
    lo encontré en internet
    encontré tirado un sobre
    huele a gas el carro
    contracciones del mercado laboral
    parto programado en octubre, ¿qué seguro?
    trabajo en la gasolinera de noche
    la terminal de autobuses a qué hora cierra
    dejar el motel limpio es mi trabajo
    duermo en la sala en casa de mi hermana
    soltaron el cheque del hospital
    me dejaron en visto
    hace frío en la oficina
    compré una carpa para acampar
    cambió la chapa de mi carro
    muebles de patio baratos
    sin techo de ingresos para el programa
    busco cama usada
    los niños se acostaron temprano
    no hay ni una cita
    el refri no enfría
    llevo galletas a la escuela
    comida de la basura para compost
    no he probado el café
    me mareo en el bus
    robaron comida de mi tienda
    mi bebé llora mucho, ¿es cólico?
    piden leche de almendra en el wic
""".strip().splitlines()
DANGER_LINES = [(slug, line.strip()) for slug, text in DANGER.items() for line in text.strip().splitlines()]
HARMLESS_LINES = [line.strip() for line in HARMLESS]
