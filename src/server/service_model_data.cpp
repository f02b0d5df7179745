#include "server/service_model_data.h"

// The file as it is, between two labels.
asm(".section .rodata.weft_service_models, \"a\"\n"
    ".balign 16\n"
    ".globl weft_service_models_begin\n"
    "weft_service_models_begin:\n"
    ".incbin \"" WEFT_SERVICE_MODELS "\"\n"
    ".globl weft_service_models_end\n"
    "weft_service_models_end:\n"
    ".previous\n");

extern "C" {
extern const char weft_service_models_begin[];
extern const char weft_service_models_end[];
}

namespace weft::server {

std::string_view service_model_data()
{
    return {weft_service_models_begin, weft_service_models_end};
}

}  // namespace weft::server
