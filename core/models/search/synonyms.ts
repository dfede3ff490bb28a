import { stemOf } from './stem.ts';
import { plainWordsOf } from './words.ts';

/**
 * Words that shoppers use for one another, by general knowledge of shops and not of any one catalogue. Those of a line
 * stand for each other; `a > b` lets the first also find the second, and not the other way round.
 */
const LINES = `
sofa couch settee loveseat
chair > armchair
stool > barstool
wardrobe armoire
dresser bureau
bookcase bookshelf
rug carpet mat
curtain drape
blanket throw
comforter duvet quilt
cushion pillow
lamp light
flashlight torch
lantern lamp
candle > candlestick
mug cup
glass > tumbler
pitcher jug carafe
kettle > teakettle
pan skillet
saucepan pot
cookware > pan pot
cutlery flatware silverware
knife > cleaver
apron > smock
fridge refrigerator
oven stove cooker
hoover vacuum
tap faucet
towel > washcloth
bag > tote backpack satchel purse handbag
handbag purse
purse > bag
handbag > bag
backpack rucksack daypack knapsack
suitcase luggage trolley
duffel holdall
wallet billfold
umbrella brolly
headphone headset earphone
earbud earphone
speaker loudspeaker
radio tuner
tv television telly
phone smartphone mobile cellphone
computer pc
charger adapter
cable cord lead
camera camcorder
watch wristwatch timepiece
chronograph stopwatch
clock timepiece
jewelry jewellery
necklace pendant
ring band
sneaker trainer
trainer runner
sneaker > trainer
shoe > sneaker boot loafer sandal
boot > bootie
sandal flipflop
sweater jumper pullover jersey
hoodie sweatshirt
shirt > tshirt blouse
tshirt tee
trousers pants slacks
jeans denim
shorts > bermudas
dress gown frock
skirt > kilt
jacket coat
raincoat mac waterproof
scarf shawl
hat cap beanie
glove mitten
sock > stocking
underwear lingerie
swimsuit bathingsuit swimwear
pajamas pyjamas sleepwear
sunglasses shades
notebook journal
diary journal
planner organizer
pen ballpoint
pencil crayon
eraser rubber
stapler > staple
glue adhesive
tape > sellotape
paper > stationery
book > novel
picture painting print
poster print
frame >
vase > urn
plant > houseplant
planter flowerpot pot
tree > bonsai
seed > bulb
tent > shelter
sleepingbag > bedroll
bottle flask
thermos flask
stove > burner
grill barbecue bbq
bicycle bike cycle
ball > football
dumbbell weight
treadmill >
toy > doll puzzle
kid child toddler
baby infant
man male gentleman
woman female lady
dog puppy canine
cat kitten feline
gift present
holiday vacation
cheap affordable budget
small little mini compact
big large
waterproof weatherproof rainproof
wireless bluetooth cordless
hiking trekking walking
running jogging
cooking > kitchen
`;

const WORDS = new Map<string, Set<string>>();
for (const line of LINES.trim().split('\n')) {
  const [from = [], to] = line.split('>').map((side) => plainWordsOf(side).map(stemOf));
  for (const word of from) {
    const own = WORDS.get(word) ?? new Set<string>();
    for (const other of to ?? from) if (other !== word) own.add(other);
    WORDS.set(word, own);
  }
}

/** Stems of words that may stand for this one. */
export function synonymsOf(stem: string): ReadonlySet<string> {
  return WORDS.get(stem) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

/** Whether a stem is of a word the lists have: one that is spelled right, whether a catalogue has it or not. */
export function isListed(stem: string): boolean {
  return LISTED.has(stem);
}

const LISTED: ReadonlySet<string> = new Set([...WORDS].flatMap(([word, others]) => [word, ...others]));
