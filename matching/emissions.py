"""CO2 of trucks by payload and load: the improved tonne-kilometre method (改良トンキロ法).

ln y = 2.71 - 0.812 ln x - 0.654 ln z with y litres of diesel per t km, x the loaded share of the payload and z the
payload in kg (METI notice 66 of 2006); the figures stand in the freight table with their sources. The method counts
loaded legs only: an empty return is not in it.
"""

import math

from matching.fares import FreightTable


def litres_per_tkm(truck_t: float, load: float, table: FreightTable) -> float:
    """Diesel for one tonne over one kilometre; `load` in (0, 1] is the share of the payload that is loaded."""
    curve = table.fuel
    payload = curve.payload_power * math.log(1000.0 * truck_t)
    return math.exp(curve.constant - curve.load_power * math.log(load) - payload)


def truck_kg_per_tkm(truck_t: float, load: float, table: FreightTable) -> float:
    """Kilograms of CO2 for one tonne over one kilometre by a truck of `truck_t` tonnes payload."""
    return table.diesel.kg_per_l * litres_per_tkm(truck_t, load, table)
