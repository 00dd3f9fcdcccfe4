"""Which force polices and which region has which areas, by the names of areas past and present."""

FORCES = {
    "police-avon-and-somerset": (
        "Bath and North East Somerset; Bristol; North Somerset; Somerset; South Gloucestershire"
    ),
    "police-bedfordshire": "Bedford; Central Bedfordshire; Luton",
    "police-cambridgeshire": "Cambridgeshire; Peterborough",
    "police-cheshire": "Cheshire East; Cheshire West and Chester; Halton; Warrington",
    "police-city-of-london": "City of London",
    "police-cleveland": "Hartlepool; Middlesbrough; Redcar and Cleveland; Stockton-on-Tees",
    "police-cumbria": "Cumberland; Cumbria; Westmorland and Furness",
    "police-derbyshire": "Derby; Derbyshire",
    "police-devon-and-cornwall": "Cornwall; Devon; Isles of Scilly; Plymouth; Torbay",
    "police-dorset": "Bournemouth; Bournemouth, Christchurch and Poole; Dorset; Poole",
    "police-durham": "County Durham; Darlington",
    "police-essex": "Essex; Southend-on-Sea; Thurrock",
    "police-gloucestershire": "Gloucestershire",
    "police-greater-manchester": (
        "Bolton; Bury; Manchester; Oldham; Rochdale; Salford; Stockport; Tameside; Trafford; Wigan"
    ),
    "police-hampshire": "Hampshire; Isle of Wight; Portsmouth; Southampton",
    "police-hertfordshire": "Hertfordshire",
    "police-humberside": (
        "East Riding of Yorkshire; Kingston upon Hull; North East Lincolnshire; North Lincolnshire"
    ),
    "police-kent": "Kent; Medway",
    "police-lancashire": "Blackburn with Darwen; Blackpool; Lancashire",
    "police-leicestershire": "Leicester; Leicestershire; Rutland",
    "police-lincolnshire": "Lincolnshire",
    "police-merseyside": "Knowsley; Liverpool; Sefton; St Helens; Wirral",
    "police-metropolitan": (
        "Barking and Dagenham; Barnet; Bexley; Brent; Bromley; Camden; Croydon; Ealing; Enfield; "
        "Greenwich; Hackney; Hammersmith and Fulham; Haringey; Harrow; Havering; Hillingdon; "
        "Hounslow; Islington; Kensington and Chelsea; Kingston upon Thames; Lambeth; Lewisham; "
        "Merton; Newham; Redbridge; Richmond upon Thames; Southwark; Sutton; Tower Hamlets; "
        "Waltham Forest; Wandsworth; Westminster"
    ),
    "police-norfolk": "Norfolk",
    "police-north-yorkshire": "North Yorkshire; York",
    "police-northamptonshire": "North Northamptonshire; Northamptonshire; West Northamptonshire",
    "police-northumbria": (
        "Gateshead; Newcastle upon Tyne; North Tyneside; Northumberland; South Tyneside; Sunderland"
    ),
    "police-nottinghamshire": "Nottingham; Nottinghamshire",
    "police-south-yorkshire": "Barnsley; Doncaster; Rotherham; Sheffield",
    "police-staffordshire": "Staffordshire; Stoke-on-Trent",
    "police-suffolk": "Suffolk",
    "police-surrey": "Surrey",
    "police-sussex": "Brighton and Hove; East Sussex; West Sussex",
    "police-thames-valley": (
        "Bracknell Forest; Buckinghamshire; Milton Keynes; Oxfordshire; Reading; Slough; West "
        "Berkshire; Windsor and Maidenhead; Wokingham"
    ),
    "police-warwickshire": "Warwickshire",
    "police-west-mercia": "Herefordshire; Shropshire; Telford and Wrekin; Worcestershire",
    "police-west-midlands": (
        "Birmingham; Coventry; Dudley; Sandwell; Solihull; Walsall; Wolverhampton"
    ),
    "police-west-yorkshire": "Bradford; Calderdale; Kirklees; Leeds; Wakefield",
    "police-wiltshire": "Swindon; Wiltshire",
}

REGIONS = {
    "east-midlands": (
        "Derby; Derbyshire; Leicester; Leicestershire; Lincolnshire; North Northamptonshire; "
        "Northamptonshire; Nottingham; Nottinghamshire; Rutland; West Northamptonshire"
    ),
    "east-of-england": (
        "Bedford; Cambridgeshire; Central Bedfordshire; Essex; Hertfordshire; Luton; Norfolk; "
        "Peterborough; Southend-on-Sea; Suffolk; Thurrock"
    ),
    "london": f"City of London; {FORCES['police-metropolitan']}",
    "north-east": (
        "County Durham; Darlington; Gateshead; Hartlepool; Middlesbrough; Newcastle upon Tyne; "
        "North Tyneside; Northumberland; Redcar and Cleveland; South Tyneside; Stockton-on-Tees; "
        "Sunderland"
    ),
    "north-west": (
        "Blackburn with Darwen; Blackpool; Bolton; Bury; Cheshire East; Cheshire West and "
        "Chester; Cumberland; Cumbria; Halton; Knowsley; Lancashire; Liverpool; Manchester; "
        "Oldham; Rochdale; Salford; Sefton; St Helens; Stockport; Tameside; Trafford; Warrington; "
        "Westmorland and Furness; Wigan; Wirral"
    ),
    "south-east": (
        "Bracknell Forest; Brighton and Hove; Buckinghamshire; East Sussex; Hampshire; Isle of "
        "Wight; Kent; Medway; Milton Keynes; Oxfordshire; Portsmouth; Reading; Slough; "
        "Southampton; Surrey; West Berkshire; West Sussex; Windsor and Maidenhead; Wokingham"
    ),
    "south-west": (
        "Bath and North East Somerset; Bournemouth; Bournemouth, Christchurch and Poole; Bristol; "
        "Cornwall; Devon; Dorset; Gloucestershire; Isles of Scilly; North Somerset; Plymouth; "
        "Poole; Somerset; South Gloucestershire; Swindon; Torbay; Wiltshire"
    ),
    "west-midlands": (
        "Birmingham; Coventry; Dudley; Herefordshire; Sandwell; Shropshire; Solihull; "
        "Staffordshire; Stoke-on-Trent; Telford and Wrekin; Walsall; Warwickshire; Wolverhampton; "
        "Worcestershire"
    ),
    "yorkshire-and-the-humber": (
        "Barnsley; Bradford; Calderdale; Doncaster; East Riding of Yorkshire; Kingston upon Hull; "
        "Kirklees; Leeds; North East Lincolnshire; North Lincolnshire; North Yorkshire; "
        "Rotherham; Sheffield; Wakefield; York"
    ),
}
