/**
 * What shoppers may search for in the demo shop, and which of its products answer. Written by hand, before any
 * ranking was tried on it, and not changed since.
 *
 * A product is named by its name, or a set of products by `#set`. Behind `/` stands what would do too: it has half the
 * relevance of what is meant.
 */
export const SETS: Readonly<Record<string, string>> = {
  mugs: 'Harbor Stoneware Mug, Morning Fog Mug, Driftwood Handle Mug, Ember Glaze Mug, Juniper Tea Mug, Saltbox Camp Mug, Copper Rim Mug, Sunday Cocoa Mug, Hearth Soup Mug',
  cups: 'Tide Line Latte Cup, Alder Travel Cup, Quarry Espresso Cup, Basalt Cappuccino Cup, Pebble Kids Cup',
  coffeeCups: 'Tide Line Latte Cup, Quarry Espresso Cup, Basalt Cappuccino Cup',
  teapots: 'Fieldstone Teapot, Willow Teapot',
  tumblers: 'Northlight Tumbler, Terrace Highball Tumbler, Commuter Steel Tumbler',
  pendants:
    'Meridian Dome Pendant, Tulip Pendant, Foundry Pendant, Orchard Glass Pendant, Sparrow Pendant, Atelier Pendant',
  tableLamps: 'Paper Moon Table Lamp, Linen Drum Table Lamp, Cask Ceramic Table Lamp, Cinder Table Lamp',
  floorLamps: 'Crane Arc Lamp, Heron Floor Lamp, Bower Floor Lamp, Arched Oak Floor Lamp',
  deskLamps: 'Lumen Desk Lamp, Pilot Task Light',
  bedsideLamps: 'Nightcap Bedside Lamp, Dune Bedside Lamp',
  lamps: '#tableLamps, #floorLamps, #deskLamps, #bedsideLamps, Globe Reading Lamp',
  armchairs: 'Marlow Armchair, Cove Reading Armchair, Nook Armchair',
  loungeChairs: 'Fjord Lounge Chair, Hollow Lounge Chair',
  diningChairs:
    'Larkspur Dining Chair, Alder Shell Chair, Spindle Back Chair, Cantle Side Chair, Ladder Slat Chair, Bistro Café Chair',
  chairs: '#armchairs, #loungeChairs, #diningChairs, Bergen Desk Chair, Porch Rocker',
  stools: 'Perch Counter Stool, Trestle Bench Stool, Milking Stool, Workshop Stool, Tall Bar Stool',
  barStools: 'Perch Counter Stool, Tall Bar Stool',
  cacti: 'Barrel Cactus, Old Man Cactus, Organ Pipe Cactus',
  succulents: 'Aloe Succulent, Jade Succulent',
  palms: 'Parlor Palm, Bamboo Palm, Areca Palm',
  snakePlants: 'Golden Snake Plant, Moon Snake Plant',
  trees: 'Little Olive Tree, Fiddle Leaf Fig',
  plants:
    '#cacti, #succulents, #palms, #snakePlants, #trees, Monstera Deliciosa, Boston Fern, Rubber Plant, Chinese Money Pilea, Peace Lily, Prayer Plant, Heartleaf Philodendron, Cast Iron Plant',
  throws: 'Highland Wool Throw, Meadow Cotton Throw, Alpaca Evening Throw, Chunky Knit Throw',
  blankets: 'Cabin Check Blanket, Ridge Merino Blanket, Stripe Beach Blanket',
  cushions:
    'Dune Linen Cushion, Poppy Velvet Cushion, Sampler Floor Cushion, Ribbed Bolster Cushion, Block Print Cushion, Bouclé Lounge Cushion, Embroidered Cushion',
  rugs: 'Tide Flatweave Rug, Kilim Hall Rug, Shepherd Rug',
  pans: 'Anchor Saucepan, Cast Iron Skillet, Copper Base Saucier, Carbon Steel Wok, Little Milk Pan, Steamer Saucepan, Nonstick Frying Pan, Crêpe Griddle',
  saucepans: 'Anchor Saucepan, Steamer Saucepan, Copper Base Saucier, Little Milk Pan',
  fryingPans: 'Nonstick Frying Pan, Cast Iron Skillet',
  kettles: 'Fieldhouse Gooseneck Kettle, Whistling Kettle, Slow Pour Kettle, Enamel Stove Kettle',
  boards: 'Butcher Oak Board, Olive Wood Board, Chef Knife & Board, Bread Board & Knife',
  backpacks: 'Ridgeline Backpack, Harbor Roll-Top Backpack, Metro Backpack, School Run Backpack',
  daypacks: 'Switchback Daypack, Canyon Daypack, Summit Rucksack',
  totes: 'Market Canvas Tote, Library Tote, Gallery Tote, Linen Beach Tote',
  shoppers: 'Everyday Shopper, Packable Shopper',
  duffels: 'Overnight Duffel, Locker Gym Duffel, Voyager Carry-On Duffel',
  travelBags: '#duffels, Ferry Weekender, Pilot Holdall',
  bags: '#backpacks, #daypacks, #totes, #shoppers, #travelBags, Courier Messenger, Studio Satchel',
  headphones:
    'Cadence Wireless Headphones, Studio Reference Headphones, Quiet Hours Headphones, Junior Headphones, Halo Open Headphones',
  earbuds: 'Pebble Earbuds, Sprint Sport Earbuds, Drift Sleep Earbuds, Whisper In-Ear Monitors',
  speakers:
    'Hearth Bookshelf Speaker, Picnic Portable Speaker, Column Floor Speaker, Pocket Speaker, Duet Stereo Speaker',
  radios: 'Dial Kitchen Radio, Longwave Radio, Alarm Clock Radio, Garden Radio',
  turntables: 'Groove Turntable, Vespertine Turntable',
  chronographs: 'Regatta Chronograph, Archive Chronograph, Pilot Chronograph',
  watches:
    '#chronographs, Meridian Field Watch, Northstar Watch, Slate Dress Watch, Lido Diver Watch, Solstice Watch, Cadet Watch, Linen Strap Watch, Moonphase Watch',
  wallClocks: 'Halcyon Wall Clock, Depot Wall Clock, Orbit Wall Clock, Schoolhouse Wall Clock',
  alarmClocks: 'Bell Alarm Clock, Travel Alarm Clock, Bedside Alarm Clock',
  clocks: '#wallClocks, #alarmClocks, Kitchen Timer Clock, Minimal Desk Clock',
  tents: 'Larch Two-Person Tent, Base Camp Tent, Solo Trek Tent, Family Dome Tent',
  lanterns: 'Beacon Camp Lantern, Firefly Lantern, Storm Lantern, Reading Lantern, Candle Lantern',
  sleepingBags: 'Frost Sleeping Bag, Meadow Sleeping Bag, Alpine Sleeping Bag',
  bottles: 'Summit Water Bottle, Ridge Vacuum Bottle, Kids Water Bottle',
  flasks: 'Trail Steel Flask, Growler Flask',
  notebooks: 'Ledger Cloth Notebook, Dot Grid Notebook',
  journals: 'Pocket Field Journal, Traveler Journal, Five Year Diary',
  calendars: 'Desk Calendar, Wall Calendar',
  planners: 'Year Planner, Weekly Desk Planner',
  pens: 'Brass Ballpoint Pens, Fineliner Pens',
  pencils: 'Cedar Pencil Set, Coloring Pencil Tin',
  sneakers:
    'Harbor Canvas Sneakers, Court Leather Sneakers, Breeze Knit Sneakers, Cinder High-Tops, Retro Court Shoes',
  boots:
    'Pathfinder Hiking Boots, Moor Chelsea Boots, Winter Lace Boots, Quarry Work Boots, Rain Boots, Summit Winter Boots',
  trainers: 'Trail Grip Trainers, Studio Trainers, Tempo Runners',
  slippers: 'Felted Wool Slippers, Hearth Moccasins',
};

/** `query: what is meant / what would do too`, one a line. */
const LINES = `
mug: #mugs / #cups
coffee mug: #mugs / #coffeeCups
coffe mug: #mugs / #coffeeCups
stoneware mugs: Harbor Stoneware Mug / #mugs
tea mug: Juniper Tea Mug / #mugs
mug for hot chocolate: Sunday Cocoa Mug / #mugs
cocoa cup: Sunday Cocoa Mug / #cups, #mugs
soup mug: Hearth Soup Mug / #mugs
camping mug: Saltbox Camp Mug / #mugs
espresso cups: Quarry Espresso Cup / #coffeeCups
expresso cup: Quarry Espresso Cup / #coffeeCups
cappucino cup: Basalt Cappuccino Cup / #coffeeCups
latte: Tide Line Latte Cup / #coffeeCups
travel mug: Alder Travel Cup / Commuter Steel Tumbler, #mugs
coffee to go cup: Alder Travel Cup, Commuter Steel Tumbler / #cups
kids cup: Pebble Kids Cup / Kids Water Bottle
childrens cup: Pebble Kids Cup / Kids Water Bottle
tea pot: #teapots
teapots: #teapots
tumblers: #tumblers
steel tumbler: Commuter Steel Tumbler / #tumblers
highball glass: Terrace Highball Tumbler / #tumblers
carafe: Orchard Carafe
copper mug: Copper Rim Mug / #mugs
lamp: #lamps / #pendants, Glow Kids Night Light
lamps: #lamps / #pendants, Glow Kids Night Light
table lamps: #tableLamps / #bedsideLamps, #deskLamps
floor lamp: #floorLamps / Globe Reading Lamp
standing lamp: #floorLamps
arc lamp: Crane Arc Lamp / Arched Oak Floor Lamp
desk lamp: #deskLamps / #tableLamps
task lamp: Pilot Task Light, Lumen Desk Lamp
lamp for reading: Globe Reading Lamp / #deskLamps, #bedsideLamps, Reading Lantern
reading light: Globe Reading Lamp, Reading Lantern / #bedsideLamps
bedside lamp: #bedsideLamps / #tableLamps, Glow Kids Night Light
bed side lamps: #bedsideLamps / #tableLamps
nightlight: Glow Kids Night Light / #bedsideLamps
night light for kids: Glow Kids Night Light
pendant light: #pendants
pendent lamp: #pendants / #lamps
hanging lamp: #pendants / #lamps
glass pendant: Orchard Glass Pendant / #pendants
ceramic lamp: Cask Ceramic Table Lamp / #tableLamps
oak floor lamp: Arched Oak Floor Lamp / #floorLamps
linen lamp shade: Linen Drum Table Lamp / #tableLamps
chair: #chairs
dining chairs: #diningChairs / #chairs
kitchen chair: #diningChairs / #chairs
arm chair: #armchairs / #loungeChairs
armchairs: #armchairs / #loungeChairs
lounge chair: #loungeChairs / #armchairs
reading chair: Cove Reading Armchair / #armchairs, #loungeChairs
office chair: Bergen Desk Chair
desk chair: Bergen Desk Chair / #diningChairs
rocking chair: Porch Rocker
rocker: Porch Rocker
cafe chair: Bistro Café Chair / #diningChairs
stool: #stools / Clover Ottoman
bar stools: #barStools / #stools
barstool: #barStools / #stools
counter stool: #barStools / #stools
milking stool: Milking Stool / #stools
sofa: Cloud Loveseat
couch for two: Cloud Loveseat
love seat: Cloud Loveseat
footstool: Clover Ottoman / Milking Stool
ottoman: Clover Ottoman
plant: #plants
house plants: #plants
indoor plant: #plants
cactus: #cacti / #succulents
cacti: #cacti / #succulents
succulents: #succulents / #cacti
palm: #palms / #plants
palm tree: #palms / #trees
snake plants: #snakePlants / #plants
monstera: Monstera Deliciosa
swiss cheese plant: Monstera Deliciosa
fern: Boston Fern
fig tree: Fiddle Leaf Fig / Little Olive Tree
olive tree: Little Olive Tree
aloe vera: Aloe Succulent / Jade Succulent
jade plant: Jade Succulent
rubber tree: Rubber Plant
money plant: Chinese Money Pilea
lilly: Peace Lily
philodendron: Heartleaf Philodendron
filodendron: Heartleaf Philodendron
blanket: #blankets, #throws / Patchwork Quilt, Down Camp Quilt Roll
wool blanket: Ridge Merino Blanket, Highland Wool Throw / #blankets, #throws
throw blanket: #throws / #blankets
throws: #throws / #blankets
knitted throw: Chunky Knit Throw / #throws
merino blanket: Ridge Merino Blanket / #blankets
beach blanket: Stripe Beach Blanket / #blankets
picnic blanket: Stripe Beach Blanket, Cabin Check Blanket / #blankets
quilt: Patchwork Quilt / Down Camp Quilt Roll, #blankets
cushions: #cushions
velvet cushion: Poppy Velvet Cushion / #cushions
pillow: #cushions
cusion linen: Dune Linen Cushion / #cushions
floor cushions: Sampler Floor Cushion / #cushions
bolster: Ribbed Bolster Cushion
boucle cushion: Bouclé Lounge Cushion / #cushions
rug: #rugs / Jute Door Mat
carpet: #rugs / Jute Door Mat
hallway rug: Kilim Hall Rug / #rugs
door mat: Jute Door Mat
doormat: Jute Door Mat
towels: Waffle Bath Towels
bath towel: Waffle Bath Towels
pan: #pans
frying pan: #fryingPans / #pans
fry pan non stick: Nonstick Frying Pan / #fryingPans
non-stick pan: Nonstick Frying Pan / #pans
sauce pan: #saucepans / #pans
saucepans: #saucepans / #pans
cast-iron skillet: Cast Iron Skillet / Garnet Dutch Oven
castiron pan: Cast Iron Skillet / #pans
wok: Carbon Steel Wok
stir fry pan: Carbon Steel Wok / #fryingPans
dutch oven: Garnet Dutch Oven / Oval Casserole
casserole dish: Oval Casserole / Garnet Dutch Oven, Terracotta Tagine
stock pot: Sunday Stockpot
soup pot: Sunday Stockpot / Garnet Dutch Oven
tagine: Terracotta Tagine
tajine: Terracotta Tagine
kettle: #kettles
tea kettle: #kettles / #teapots
goose neck kettle: Fieldhouse Gooseneck Kettle / Slow Pour Kettle, #kettles
pour over kettle: Slow Pour Kettle, Fieldhouse Gooseneck Kettle / #kettles
kettle that whistles: Whistling Kettle / #kettles
cutting board: #boards
chopping boards: #boards
bread board: Bread Board & Knife / #boards
knife: Chef Knife & Board, Bread Board & Knife
chef's knife: Chef Knife & Board / Bread Board & Knife
crepe pan: Crêpe Griddle / #pans
pancake griddle: Crêpe Griddle / #fryingPans
steamer: Steamer Saucepan
milk pan: Little Milk Pan / #saucepans
bag: #bags
backpack: #backpacks / #daypacks
back pack: #backpacks / #daypacks
bagpack: #backpacks / #daypacks
rucksack: Summit Rucksack / #backpacks, #daypacks
day pack: Switchback Daypack, Canyon Daypack / #backpacks, Summit Rucksack
hiking backpack: #daypacks, Ridgeline Backpack / #backpacks
school bag: School Run Backpack / #backpacks
rolltop backpack: Harbor Roll-Top Backpack / #backpacks
tote bag: #totes / #shoppers
canvas tote: Market Canvas Tote / #totes
beach bag: Linen Beach Tote / #totes
shopping bag: #shoppers, Market Canvas Tote / #totes
foldable shopper: Packable Shopper / Everyday Shopper
messenger bag: Courier Messenger / Studio Satchel
satchel: Studio Satchel / Courier Messenger
gym bag: Locker Gym Duffel / #duffels
duffle bag: #duffels / #travelBags
duffel: #duffels / #travelBags
weekend bag: Ferry Weekender, Overnight Duffel / #travelBags
carry on luggage: Voyager Carry-On Duffel / #travelBags
holdall: Pilot Holdall / #travelBags
headphones: #headphones / #earbuds
head phones: #headphones / #earbuds
headphnoes: #headphones / #earbuds
wireless headphones: Cadence Wireless Headphones / #headphones
noise cancelling headphones: Quiet Hours Headphones / #headphones
kids headphones: Junior Headphones / #headphones
studio headphones: Studio Reference Headphones / #headphones
open back headphones: Halo Open Headphones / #headphones
ear buds: #earbuds
earbuds for running: Sprint Sport Earbuds / #earbuds
earbuds for sleeping: Drift Sleep Earbuds / #earbuds
in ear monitors: Whisper In-Ear Monitors / #earbuds
earphones: #earbuds / #headphones
speaker: #speakers
bluetooth speaker: Picnic Portable Speaker, Pocket Speaker / #speakers
portable speakers: Picnic Portable Speaker, Pocket Speaker / #speakers
book shelf speaker: Hearth Bookshelf Speaker / #speakers
floor standing speakers: Column Floor Speaker / #speakers
radio: #radios
clock radio: Alarm Clock Radio / #radios
kitchen radio: Dial Kitchen Radio / #radios
record player: #turntables
turn table: #turntables
turntables: #turntables
watch: #watches
wrist watches: #watches
dive watch: Lido Diver Watch / #watches
divers watch: Lido Diver Watch / #watches
chronograph watch: #chronographs / #watches
cronograph: #chronographs / #watches
dress watch: Slate Dress Watch / #watches
pilot watch: Pilot Chronograph / #watches
moon phase watch: Moonphase Watch / #watches
wall clock: #wallClocks / #clocks
clock: #clocks / Alarm Clock Radio
alarm clock: #alarmClocks / Alarm Clock Radio
travel clock: Travel Alarm Clock / #alarmClocks
kitchen timer: Kitchen Timer Clock
desk clock: Minimal Desk Clock / #clocks
tent: #tents / Beach Sun Shelter
2 person tent: Larch Two-Person Tent / #tents
tent for one person: Solo Trek Tent / #tents
family tent: Family Dome Tent / #tents
camping lantern: Beacon Camp Lantern / #lanterns
lanterns: #lanterns
lantern with candle: Candle Lantern / #lanterns
sleeping bag: #sleepingBags
winter sleeping bag: Frost Sleeping Bag, Alpine Sleeping Bag / #sleepingBags
sleepingbag: #sleepingBags
sleeping pad: Folding Camp Pad
water bottle: Summit Water Bottle, Kids Water Bottle / Ridge Vacuum Bottle, #flasks
thermos: Ridge Vacuum Bottle, Trail Steel Flask / Growler Flask
hip flask: Trail Steel Flask / Growler Flask
insulated bottle: Ridge Vacuum Bottle / #bottles, #flasks
sun shade for the beach: Beach Sun Shelter
notebook: #notebooks / #journals, Artist Sketchbook
note book: #notebooks / #journals
dotted notebook: Dot Grid Notebook / #notebooks
journal: #journals / #notebooks
diary: Five Year Diary / #journals, #planners
travel journal: Traveler Journal / #journals
calendar: #calendars / #planners
desk calender: Desk Calendar / #calendars, Weekly Desk Planner
weekly planner: Weekly Desk Planner / Year Planner
pens: #pens
ball point pen: Brass Ballpoint Pens / #pens
pencils: #pencils
colored pencils: Coloring Pencil Tin / #pencils
colouring pencils: Coloring Pencil Tin / #pencils
watercolour brushes: Watercolor Brush Set
paint brushes: Watercolor Brush Set
sketch book: Artist Sketchbook
writing paper: Cotton Letter Paper, Correspondence Stationery / Handmade Paper Folio
greeting cards: Letterpress Cards
shoes: #sneakers, #trainers, City Walking Shoes, Sunday Loafers / #boots, Cork Sandals
sneakers: #sneakers / #trainers
canvas sneakers: Harbor Canvas Sneakers / #sneakers
running shoes: Tempo Runners / #trainers
runners: Tempo Runners / #trainers
trail running shoes: Trail Grip Trainers, Tempo Runners / #trainers
hiking boots: Pathfinder Hiking Boots / #boots
boots for winter: Winter Lace Boots, Summit Winter Boots / #boots
wellies: Rain Boots
rainboots: Rain Boots / #boots
work boots: Quarry Work Boots / #boots
chelsea boot: Moor Chelsea Boots / #boots
slippers: #slippers / Garden Clogs
house shoes: #slippers
mocassins: Hearth Moccasins / Felted Wool Slippers
sandals: Cork Sandals
clogs: Garden Clogs
loafers: Sunday Loafers
high tops: Cinder High-Tops / #sneakers
walking shoes: City Walking Shoes / #sneakers, #trainers
`;

export interface LabelledQuery {
  readonly query: string;
  /** Names of products → 2 for what is meant, 1 for what would do too. */
  readonly relevance: ReadonlyMap<string, number>;
}

export const LABELLED_QUERIES: readonly LabelledQuery[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [query = '', answers = ''] = line.split(': ');
    const [meant = '', also = ''] = answers.split(' / ');
    return {
      query,
      relevance: new Map([
        ...namesIn(also).map((name) => [name, 1] as const),
        ...namesIn(meant).map((name) => [name, 2] as const),
      ]),
    };
  });

function namesIn(list: string): readonly string[] {
  return list
    .split(', ')
    .filter((entry) => entry !== '')
    .flatMap((entry) => (entry.startsWith('#') ? namesIn(SETS[entry.slice(1)] ?? '') : [entry]));
}
