"""A recipe that names its tables and columns in every way there is, in mixed layouts, with comments everywhere."""

from __future__ import annotations

RICH = """\
# A shop, by hand.
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth   # ours
- option: scale
  default: 3
- var: greeting
  value: hello

# What every person has.
- macro: person
  fields:
    # as on the card
    full_name: {fake: Name}
    initial: ${{ full_name[0] }}  # the first letter

- object: region
  count: 4
  fields: {code: {Synth.pattern: {shapes: AA, unique: true}},  # short
           label: {Synth.choice: [north, south]}, loud: "${{ code ~ '!' }}"}

- object: 'customer'
  nickname: someone
  count: 20
  include: person
  fields:
    # key
    id:
      Synth.sequence: {start: 1}   # from one
    region_code:
      Synth.reference:
        table: region   # the parent
        column: code
        children: {"0": 10%, "1-9": 90%}
    region_label: {Synth.parent: {link: region_code, column: label}}
    since: {Synth.quantiles: {values: ["2020-01-01", "2024-12-31"]}}
    # nested
    address:
      Synth.nullable:
        nulls: 5%
        value:
          Synth.struct:
            street: {fake: StreetAddress}
            # the town
            city:
              Synth.choice:
                Bern: 70%   # most
                Lyon: 30%
            geo: {Synth.struct: {lat: 1, long: "2"}}
    note: "${{ this.full_name ~ ' since ' ~ since }}"

- object: order
  count: 50
  fields:
    number: {Synth.sequence: 1000}
    customer_id: {Synth.reference: {table: customer, column: id, match: {region_code: region_code}, nulls: 2%}}
    region_code: {Synth.reference: {table: region, column: code, also: [
      {table: customer, columns: {code: region_code}}]}}
    line: {Synth.position: {within: region_code}}
    __key:
      Synth.combination:
        within: region_code
        parts:
          year: {first: 2020, last: 2024}
          # which of them
          who: {table: customer, column: id, match: {region_code: region_code}}
    year: {Synth.part: {part: year}}
    who: {Synth.part: {of: __key, part: who, column: id}}
    ordered: {Synth.quantiles: {values: ["2024-01-01", "2024-12-31"]}}
    shipped: {Synth.nullable: {nulls: 9%, value: {Synth.offset: {after: ordered, unit: days, gaps: [0, 9]}}}}
    tags: {Synth.array: {length: [0, 2], of: {Synth.choice: [red, blue]}}}
    payload: {Synth.json: {value: {Synth.struct: {who: "${{ customer.full_name }}"}}}}
    text: |
      ${{ greeting }} ${{ customer.full_name }},
      ${{ someone.note }}
    buyer:
      random_reference: customer
    seller: {random_reference: {to: someone, unique: false}}
    first: {reference: customer}
    kind:
      if:
        - choice: {when: "${{ customer_id == 1 }}", pick: vip}
        - choice: {pick: "${{ random_choice(line, number) }}"}
    basket:
      - object: basket
        fields:
          size: ${{ order.line + 1 }}
  friends:
    - object: parcel   # goes with it
      count: ${{ order.line }}
      fields:
        weight: {random_number: {min: 1, max: 9}}
        to: {reference: order}
        name_of: {reference: order.buyer}
        heavy: ${{ weight > 5 and order.buyer.id > 1 }}

- object: empty
  fields: {}
# the end
"""

TABLES = ("region", "customer", "order", "basket", "parcel", "empty")
"""All its tables."""
