#pragma once

// The built-in functions, by family; their rows are in builtin.cpp.

#include "jsonata/builtin.h"

namespace weft::jsonata::builtin {

// builtin_arrays.cpp
Item append(const Call& call);
Item count(const Call& call);
Item distinct(const Call& call);
Item reverse(const Call& call);
Item shuffle(const Call& call);
Item sort(const Call& call);
Item zip(const Call& call);

// builtin_higher_order.cpp
Item each(const Call& call);
Item filter(const Call& call);
Item map(const Call& call);
Item reduce(const Call& call);
Item sift(const Call& call);
Item single(const Call& call);

// builtin_objects.cpp
Item assertion(const Call& call);
Item boolean(const Call& call);
Item clone(const Call& call);
Item error(const Call& call);
Item exists(const Call& call);
Item keys(const Call& call);
Item lookup(const Call& call);
Item merge(const Call& call);
Item negation(const Call& call);
Item spread(const Call& call);
Item type(const Call& call);

// builtin_numbers.cpp
Item absolute(const Call& call);
Item average(const Call& call);
Item ceiling(const Call& call);
Item floor(const Call& call);
Item format_base(const Call& call);
Item format_integer(const Call& call);
Item format_number(const Call& call);
Item max(const Call& call);
Item min(const Call& call);
Item number(const Call& call);
Item parse_integer(const Call& call);
Item power(const Call& call);
Item random(const Call& call);
Item round(const Call& call);
Item square_root(const Call& call);
Item sum(const Call& call);

// builtin_strings.cpp
Item base64_decode(const Call& call);
Item base64_encode(const Call& call);
Item decode_url(const Call& call);
Item decode_url_component(const Call& call);
Item encode_url(const Call& call);
Item encode_url_component(const Call& call);
Item join(const Call& call);
Item length(const Call& call);
Item lowercase(const Call& call);
Item pad(const Call& call);
Item string(const Call& call);
Item substring(const Call& call);
Item substring_after(const Call& call);
Item substring_before(const Call& call);
Item trim(const Call& call);
Item uppercase(const Call& call);

// builtin_patterns.cpp
Item contains(const Call& call);
Item match(const Call& call);
Item replace(const Call& call);
Item split(const Call& call);

// builtin_times.cpp
Item from_millis(const Call& call);
Item millis(const Call& call);
Item now(const Call& call);
Item to_millis(const Call& call);

// builtin_states.cpp: the States Language's own
Item hash(const Call& call);
Item parse(const Call& call);
Item partition(const Call& call);
Item range(const Call& call);
Item uuid(const Call& call);

}  // namespace weft::jsonata::builtin
