"""Names for made-up people, in the proportions of an English town. Lists of ordinary names; no list of real people."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Community:
    """Names that go together, and the census ethnicity codes of those who bear them; `share` per thousand."""

    share: int
    ethnicities: tuple[str, ...]
    languages: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    surnames: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMUNITIES = (
    Community(
        690,
        ("WBRI", "WBRI", "WBRI", "WBRI", "WIRI", "MWBC", "MWBA", "MWAS"),
        ("English",),
        _words(
            "Amelia Olivia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Evie Poppy Ella "
            "Emily Elsie Charlotte Evelyn Harper Millie Matilda Maya Sofia Emilia Phoebe Sienna Ellie Chloe Lottie Jessica "
            "Erin Bonnie Thea Alice Holly Ruby Maisie Eliza Georgia Lucy Hannah Abigail Megan Bethany Katie Elizabeth Kayleigh "
            "Courtney Paige Nicole Skye Summer Lola Nancy Robyn Darcey Lexi Amber Zoe Leah Martha Imogen Niamh Orla"
        ),
        _words(
            "Noah Oliver George Arthur Muhammad Leo Harry Oscar Archie Henry Theodore Freddie Jack Charlie Theo Alfie Jacob "
            "Thomas Finley Arlo William Lucas Roman Tommy Isaac Teddy Alexander Luca Edward James Joshua Albie Elijah Max Reuben "
            "Mason Sebastian Rory Jude Louie Benjamin Daniel Samuel Joseph Ethan Hunter Jaxon Riley Tyler Callum Kieran Connor "
            "Liam Ryan Jordan Kyle Ashton Bobby Frankie Ronnie Dexter Logan Harrison Toby Stanley Ellis Jenson Declan"
        ),
        _words(
            "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green "
            "Hall Wood Jackson Clarke Clark Turner Hill Moore Cooper Ward Morris Morgan Baker Harris King Lee Allen Parker Cook "
            "Bennett Shaw Carter Collins Bell Murphy Miller Cox Marshall Richardson Simpson Price Anderson Adams Wilkinson Foster "
            "Ellis Mills Mason Webb Hunt Palmer Gibson Holmes Barker Dixon Fletcher Pearson Fisher Hudson Reynolds Holland Nash "
            "Whittaker Ashworth Entwistle Grimshaw Hargreaves Pickles Sutcliffe Thornber Crabtree Ramsbottom Haworth Butterworth "
            "O'Brien O'Connor Doherty Gallagher Kavanagh Lloyd-Jones Carter-Hughes Bancroft Dewhurst Fairclough Kershaw Lomax "
            "Marsden Oldroyd Prescott Rigby Stubbs Tattersall Unsworth Verity Wolstenholme Yardley"
        ),
    ),
    Community(
        85,
        ("APKN",),
        ("English", "Urdu", "Punjabi", "Urdu"),
        _words("Aisha Fatima Maryam Zainab Hafsa Amina Sana Iqra Noor Hira Mahnoor Saima Nadia Rukhsana Shazia Anum Zara Alina"),
        _words("Muhammad Mohammed Ali Hamza Ibrahim Yusuf Ahmed Bilal Usman Hassan Zain Imran Asif Tariq Adeel Haroon Zeeshan"),
        _words("Khan Ahmed Hussain Akhtar Mahmood Iqbal Malik Shah Begum Bibi Mirza Qureshi Rashid Chaudhry Aslam Raja Butt"),
    ),
    Community(
        40,
        ("AIND",),
        ("English", "Gujarati", "Punjabi", "Hindi"),
        _words("Anaya Priya Diya Aarohi Meera Kavya Simran Jasmine Riya Anjali Harpreet Jaspreet Isha Neha Pooja Rani"),
        _words("Arjun Aarav Rohan Dev Krish Jai Harjit Gurpreet Amar Vikram Sahil Nikhil Ravi Kiran Manraj Veer"),
        _words("Patel Singh Kaur Sharma Shah Mistry Desai Gill Sandhu Dhillon Rai Bains Chauhan Parmar Joshi Nair"),
    ),
    Community(
        30,
        ("ABAN",),
        ("Bengali", "Sylheti", "English"),
        _words("Tahmina Nusrat Sumaiya Fahmida Rahima Nadia Samira Tasnim Jannat Maisha"),
        _words("Mohammed Tanvir Rafiq Jubayer Shahid Kamal Nahid Mizan Abdul Fahim"),
        _words("Begum Miah Uddin Rahman Ali Khatun Islam Chowdhury Hoque Ahmed Choudhury"),
    ),
    Community(
        55,
        ("BAFR",),
        ("English", "Somali", "Yoruba", "French", "Tigrinya"),
        _words("Ayaan Hodan Ifrah Chiamaka Adaeze Temitope Abena Ama Selam Makeda Nimco Zuhur Funmilayo Esther Blessing"),
        _words("Abdi Mohamed Yusuf Chinedu Emeka Oluwaseun Kwame Kofi Samuel Daniel Dawit Abdullahi Tunde Emmanuel Joel"),
        _words("Okafor Adeyemi Mensah Boateng Abdi Hassan Mohamed Farah Tesfaye Haile Okonkwo Balogun Osei Ndlovu Nwosu Jama"),
    ),
    Community(
        25,
        ("BCRB", "MWBC"),
        ("English",),
        _words("Aaliyah Shanice Tia Kezia Naomi Jada Imani Renee Keisha Simone"),
        _words("Jayden Tyrone Marlon Andre Malachi Rico Darnell Kai Isaiah Leon"),
        _words("Campbell Brown Francis Grant Gordon Bailey Reid Powell Lewis Samuels Morrison Barrett"),
    ),
    Community(
        45,
        ("WOTH",),
        ("Polish", "Romanian", "Lithuanian", "English"),
        _words("Zofia Maja Julia Oliwia Aleksandra Andreea Ioana Gabija Natalia Wiktoria Kamila Elena"),
        _words("Jakub Kacper Szymon Filip Mateusz Andrei Stefan Lukas Dominykas Bartosz Piotr Ionut"),
        _words("Nowak Kowalski Kowalska Wisniewski Zielinski Popescu Ionescu Kazlauskas Petrauskas Lewandowski Dabrowska Radu"),
    ),
    Community(
        12,
        ("CHNE", "AOTH"),
        ("Cantonese", "Mandarin", "English"),
        _words("Mei Ling Xin-Yi Hoi-Ching Jia Wing-Yan Yan Hui"),
        _words("Wei Jun Ho-Yin Chun-Hei Hao Ming Ka-Ho Tao"),
        _words("Chan Wong Li Chen Lam Cheung Zhang Liu"),
    ),
    Community(
        12,
        ("OOTH", "AOTH"),
        ("Arabic", "Kurdish", "Farsi", "Dari"),
        _words("Layla Rania Yasmin Shirin Zeynab Nour Salma Parisa"),
        _words("Omar Karim Reza Ahmad Samir Dilan Navid Mustafa"),
        _words("Al-Hassan Haddad Karimi Rahimi Ahmadi Saleh Mahmoud Kurdi"),
    ),
    Community(
        6,
        ("WROM", "WIRT"),
        ("English", "Romani"),
        _words("Shannon Mary Margaret Bridget Kizzy Tilly"),
        _words("Paddy Martin Jimmy Levi Nelson Elvis"),
        _words("Ward McDonagh Connors Lee Boswell Smith"),
    ),
)
_SHARES = tuple(community.share for community in COMMUNITIES)

# How a name is said at home, and how it is sometimes written down.
SHORT_FORMS = {
    "Elizabeth": "Lizzie", "Isabella": "Bella", "Charlotte": "Lottie", "Amelia": "Millie", "Matilda": "Tilly",
    "Abigail": "Abbie", "Jessica": "Jess", "Samuel": "Sam", "Benjamin": "Ben", "Thomas": "Tom", "William": "Billy",
    "Alexander": "Alex", "Joseph": "Joe", "Daniel": "Danny", "Edward": "Teddy", "Theodore": "Theo", "Joshua": "Josh",
    "Mohammed": "Mo", "Muhammad": "Mo", "Aleksandra": "Ola", "Natalia": "Nat", "Georgia": "Georgie",
}  # fmt: skip
SPELLINGS = {
    "Muhammad": "Mohammed", "Mohammed": "Muhammad", "Mohamed": "Mohammed", "Yusuf": "Yousef", "Ahmed": "Ahmad",
    "Aisha": "Ayesha", "Fatima": "Fatimah", "Zara": "Zahra", "Sophia": "Sofia", "Callum": "Calum", "Niamh": "Neve",
    "Okafor": "Okafar", "Hussain": "Hussein", "Choudhury": "Chowdhury", "Clarke": "Clark", "Clark": "Clarke",
    "Davies": "Davis", "O'Brien": "OBrien", "Mohamed ": "Mohamud", "Thompson": "Thomson", "Reynolds": "Renolds",
}  # fmt: skip


def community(random: Random) -> Community:
    """A community, in its share of the town."""
    return random.choices(COMMUNITIES, _SHARES)[0]


def given(random: Random, of: Community, sex: str) -> str:
    """A given name."""
    return random.choice(of.girls if sex == "F" else of.boys)


def misspelt(random: Random, name: str) -> str:
    """`name` with one slip of the fingers, or as another person would spell it."""
    if name in SPELLINGS and random.random() < 0.6:
        return SPELLINGS[name]
    if len(name) < 4:
        return name
    at = random.randrange(1, len(name) - 1)
    slip = random.randrange(3)
    if slip == 0:
        return name[:at] + name[at + 1 :]
    if slip == 1:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + name[at] + name[at:]
