"""What people call the same thing in most shops: the synonyms that a marketplace begins with."""

from __future__ import annotations

SYNONYMS: tuple[tuple[str, ...], ...] = (
    # Computers
    ("laptop", "notebook"),
    ("cpu", "processor"),
    ("motherboard", "mainboard", "mobo"),
    ("graphics card", "video card", "gpu"),
    ("ram", "memory module"),
    ("ssd", "solid state drive", "solid state disk"),
    ("hard drive", "hard disk", "hdd", "hard disc"),
    ("usb stick", "usb flash drive", "flash drive", "thumb drive", "pen drive"),
    ("power supply", "psu"),
    ("ups", "uninterruptible power supply"),
    ("monitor", "computer screen"),
    ("mouse mat", "mouse pad"),
    ("memory card", "sd card"),
    ("ethernet cable", "network cable", "lan cable", "patch cable"),
    ("power cord", "power cable", "mains lead"),
    ("webcam", "web camera"),
    ("wifi", "wlan"),
    ("photocopier", "copier"),
    ("ink cartridge", "printer ink"),
    # Sound, pictures, phones
    ("tv", "television", "telly"),
    ("headphones", "earphones", "headset", "earbuds"),
    ("loudspeaker", "speaker"),
    ("mobile phone", "cell phone", "cellphone", "smartphone"),
    ("camcorder", "video camera"),
    ("ebook reader", "e-reader"),
    # Home
    ("fridge", "refrigerator"),
    ("vacuum cleaner", "hoover"),
    ("sofa", "couch"),
    ("duvet", "comforter"),
    ("wardrobe", "closet"),
    ("bin", "trash can", "dustbin"),
    ("torch", "flashlight"),
    ("mug", "cup"),
    ("saucepan", "cooking pot"),
    ("stove", "cooker"),
    ("cutlery", "flatware"),
    # Clothes
    ("trousers", "pants"),
    ("sweater", "jumper", "pullover"),
    ("sneakers", "trainers"),
    ("rucksack", "backpack"),
    ("handbag", "purse"),
    ("raincoat", "rain jacket"),
    # Wheels, garden, play
    ("bike", "bicycle", "cycle"),
    ("pram", "stroller", "pushchair"),
    ("spanner", "wrench"),
    ("lawnmower", "lawn mower"),
    ("garden hose", "hosepipe"),
    ("jigsaw puzzle", "jigsaw"),
)
