"""Coded values of a report. A report says them; what follows from them is decided elsewhere."""

from enum import StrEnum


class AgencyType(StrEnum):
    LOCAL_AUTHORITY = "local_authority"
    POLICE = "police"
    HEALTH_COMMISSIONER = "health_commissioner"
    HEALTH_PROVIDER = "health_provider"
    AMBULANCE = "ambulance"
    EDUCATION = "education"
    EARLY_YEARS = "early_years"
    CHILDREN_HOME = "children_home"
    FOSTERING_AGENCY = "fostering_agency"
    YOUTH_OFFENDING_TEAM = "yot"
    PROBATION = "probation"
    PRISON_SECURE_ESTATE = "prison_secure_estate"
    CAFCASS = "cafcass"
    HOUSING = "housing"
    CORONER = "coroner"
    BORDER_IMMIGRATION = "border_immigration"
    VOLUNTARY_CHARITY_FAITH = "voluntary_charity_faith"
    PRIVATE = "private"
    OTHER = "other"


class DateCertainty(StrEnum):
    EXACT = "exact"
    APPROXIMATE = "approximate"
    RANGE = "range"
    UNKNOWN = "unknown"


class LocationType(StrEnum):
    HOME = "home"
    RELATIVE_HOME = "relative_home"
    FOSTER_HOME = "foster_home"
    CHILDRENS_HOME = "childrens_home"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    SECURE_ESTATE = "secure_estate"
    PUBLIC_PLACE = "public_place"
    ONLINE = "online"
    OTHER = "other"
    UNKNOWN = "unknown"


class NotificationReason(StrEnum):
    """`regulated_setting_death` was notifiable until 2018 and is still stated by some areas."""

    CHILD_DIED = "child_died_abuse_neglect"
    CHILD_SERIOUSLY_HARMED = "child_seriously_harmed_abuse_neglect"
    LOOKED_AFTER_CHILD_DIED = "looked_after_child_died"
    CARE_LEAVER_DIED = "care_leaver_died"
    REGULATED_SETTING_DEATH = "regulated_setting_death"


class Outcome(StrEnum):
    DIED = "died"
    SERIOUSLY_HARMED = "seriously_harmed"
    HARMED_NOT_SERIOUS = "harmed_not_serious"
    NEAR_MISS = "near_miss"


class AbuseNeglectStatus(StrEnum):
    KNOWN = "known"
    SUSPECTED = "suspected"
    NOT_SUSPECTED = "not_suspected"
    UNKNOWN = "unknown"


class HarmType(StrEnum):
    NEGLECT = "neglect"
    PHYSICAL = "physical"
    SEXUAL = "sexual"
    EMOTIONAL = "emotional"
    DOMESTIC_ABUSE = "domestic_abuse"
    CHILD_SEXUAL_EXPLOITATION = "child_sexual_exploitation"
    CHILD_CRIMINAL_EXPLOITATION = "child_criminal_exploitation"
    GANG_SERIOUS_VIOLENCE = "gang_serious_violence"
    ONLINE = "online"
    RADICALISATION = "radicalisation"
    FGM = "fgm"
    HONOUR_BASED = "honour_based"
    MODERN_SLAVERY_TRAFFICKING = "modern_slavery_trafficking"
    SELF_HARM_SUSPECTED_SUICIDE = "self_harm_suspected_suicide"
    SUDI_UNSAFE_SLEEP = "sudi_unsafe_sleep"
    FABRICATED_INDUCED_ILLNESS = "fabricated_induced_illness"
    FILICIDE = "filicide"
    OTHER = "other"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    INDETERMINATE_OTHER = "indeterminate_other"
    NOT_KNOWN = "not_known"


class Ethnicity(StrEnum):
    """The codes the department's data collections use (to be confirmed with it)."""

    WBRI = "WBRI"
    WIRI = "WIRI"
    WIRT = "WIRT"
    WROM = "WROM"
    WOTH = "WOTH"
    MWBC = "MWBC"
    MWBA = "MWBA"
    MWAS = "MWAS"
    MOTH = "MOTH"
    AIND = "AIND"
    APKN = "APKN"
    ABAN = "ABAN"
    AOTH = "AOTH"
    BCRB = "BCRB"
    BAFR = "BAFR"
    BOTH = "BOTH"
    CHNE = "CHNE"
    OOTH = "OOTH"
    REFU = "REFU"
    NOBT = "NOBT"


class Disability(StrEnum):
    NONE = "none"
    PHYSICAL = "physical"
    LEARNING = "learning"
    SENSORY = "sensory"
    MENTAL_HEALTH = "mental_health"
    AUTISM = "autism"
    OTHER = "other"
    UNKNOWN = "unknown"


class LegalStatus(StrEnum):
    NONE = "none"
    CHILD_IN_NEED = "s17_child_in_need"
    CHILD_PROTECTION_PLAN = "child_protection_plan"
    ACCOMMODATED = "s20_accommodated"
    INTERIM_CARE_ORDER = "interim_care_order"
    FULL_CARE_ORDER = "full_care_order"
    PLACEMENT_ORDER = "placement_order"
    EMERGENCY_PROTECTION_ORDER = "emergency_protection_order"
    POLICE_PROTECTION = "police_protection"
    REMAND = "remand"
    SPECIAL_GUARDIANSHIP = "special_guardianship"
    CHILD_ARRANGEMENTS = "child_arrangements"
    PRIVATE_FOSTERING = "private_fostering"
    CARE_LEAVER = "care_leaver"
    UNKNOWN = "unknown"


class PlacementType(StrEnum):
    FOSTER_LA = "foster_la"
    FOSTER_IFA = "foster_ifa"
    KINSHIP_FOSTER = "kinship_foster"
    CHILDRENS_HOME = "childrens_home"
    SECURE_HOME = "secure_home"
    YOI_STC = "yoi_stc"
    RESIDENTIAL_SCHOOL = "residential_school"
    SUPPORTED_ACCOMMODATION = "supported_accommodation"
    HOSPITAL = "hospital"
    PLACED_WITH_PARENTS = "placed_with_parents"
    PLACED_FOR_ADOPTION = "placed_for_adoption"
    OTHER = "other"


class PlanStatus(StrEnum):
    CURRENT = "current"
    PREVIOUS = "previous"
    NEVER = "never"
    UNKNOWN = "unknown"


class SafetyAction(StrEnum):
    S47_STARTED = "s47_started"
    POLICE_PROTECTION = "police_protection"
    EMERGENCY_PROTECTION_ORDER = "epo"
    SIBLINGS_SAFEGUARDED = "siblings_safeguarded"
    PLACEMENT_MOVED = "placement_moved"
    NONE_NEEDED = "none_needed"
    PENDING = "pending"


class MediaInterest(StrEnum):
    NONE = "none"
    POSSIBLE = "possible"
    ACTUAL = "actual"


class RapidReviewThreshold(StrEnum):
    YES = "yes"
    NO = "no"
    TO_BE_DECIDED = "to_be_decided"
