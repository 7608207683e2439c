// SPDX-License-Identifier: MIT
// Compute Budget (its instructions act before execution, here they only cost) and Memo.
#include <fmt/format.h>

#include "sim/programs.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint64_t kComputeBudgetUnits = 150;
// Recorded: 5,935 units for 12 characters and one signer; most of it is the print.
constexpr std::uint64_t kMemoUnits = 5'000;

// Whether the bytes are well-formed UTF-8, which Memo requires.
bool is_utf8(BytesView text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::uint8_t lead = text[i];
        const std::size_t length = lead < 0x80           ? 1
                                   : (lead >> 5) == 0x06 ? 2
                                   : (lead >> 4) == 0x0e ? 3
                                   : (lead >> 3) == 0x1e ? 4
                                                         : 0;
        if (length == 0 || i + length > text.size()) {
            return false;
        }
        std::uint32_t point = length == 1 ? lead : lead & (0x7fU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            if ((text[i + k] >> 6) != 0x02) {
                return false;
            }
            point = (point << 6) | (text[i + k] & 0x3fU);
        }
        constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < kSmallest[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
            return false;
        }
        i += length;
    }
    return true;
}

}  // namespace

ProgramResult run_compute_budget(Invocation& call) { return call.consume(kComputeBudgetUnits); }

ProgramResult run_memo(Invocation& call) {
    SF_SIM_TRY(call.consume(kMemoUnits + 10 * call.data().size()));
    for (std::size_t i = 0; i < call.size(); ++i) {
        if (!call.is_signer(i)) {
            return program_error(RuntimeError::MissingRequiredSignature);
        }
        call.log(fmt::format("Signed by {}", call.key(i).to_string()));
    }
    const BytesView data = call.data();
    if (!is_utf8(data)) {
        call.log("Invalid UTF-8");
        return program_error(RuntimeError::InvalidInstructionData);
    }
    const std::string_view text{reinterpret_cast<const char*>(data.data()), data.size()};
    call.log(fmt::format("Memo (len {}): {}", data.size(), json_quoted(text)));
    return {};
}

}  // namespace sniperforge::sim
