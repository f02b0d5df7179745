#include "jsonata/fault.h"

namespace weft::jsonata {

std::string describe(const Fault& fault)
{
    return fault.code + ": " + fault.message;
}

}  // namespace weft::jsonata
