// SPDX-License-Identifier: MIT
// pump.fun: dispatch. Source: protocol amm-pump sections 4 and 5.
#include "sim/program_pump.hpp"

#include <string_view>

#include "sim/programs.hpp"

namespace sniperforge::sim {
namespace pump {

ProgramResult check_global(Invocation& call, std::size_t index) {
    SF_SIM_TRY(anchor::check_state(call, index, kGlobalDiscriminator, kGlobalBytes, "global"));
    return anchor::check_seeds(call, index, global_address(), "global");
}

namespace {

struct InstructionRow {
    anchor::Discriminator discriminator;
    std::string_view name;
    ProgramResult (*run)(Invocation&);
};

constexpr auto kInstructions = std::to_array<InstructionRow>({
    {{0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea},
     "Buy",
     [](Invocation& c) { return trade(c, TradeKind::BuyTokens, false); }},
    {{0x38, 0xfc, 0x74, 0x08, 0x9e, 0xdf, 0xcd, 0x5f},
     "BuyExactSolIn",
     [](Invocation& c) { return trade(c, TradeKind::BuyQuote, false); }},
    {{0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad},
     "Sell",
     [](Invocation& c) { return trade(c, TradeKind::Sell, false); }},
    {{0xb8, 0x17, 0xee, 0x61, 0x67, 0xc5, 0xd3, 0x3d},
     "BuyV2",
     [](Invocation& c) { return trade(c, TradeKind::BuyTokens, true); }},
    {{0xc2, 0xab, 0x1c, 0x46, 0x68, 0x4d, 0x5b, 0x2f},
     "BuyExactQuoteInV2",
     [](Invocation& c) { return trade(c, TradeKind::BuyQuote, true); }},
    {{0x5d, 0xf6, 0x82, 0x3c, 0xe7, 0xe9, 0x40, 0xb2},
     "SellV2",
     [](Invocation& c) { return trade(c, TradeKind::Sell, true); }},
    {{0xd6, 0x90, 0x4c, 0xec, 0x5f, 0x8b, 0x31, 0xb4}, "CreateV2", create_v2},
    {{0xea, 0x66, 0xc2, 0xcb, 0x96, 0x48, 0x3e, 0xe5}, "ExtendAccount", extend_account},
    {{0x9b, 0xea, 0xe7, 0x92, 0xec, 0x9e, 0xa2, 0x1e}, "Migrate", migrate},
});

}  // namespace
}  // namespace pump

ProgramResult run_pump(Invocation& call) {
    if (anchor::is_event(call.data())) {
        return anchor::accept_event(call, pump::event_authority());
    }
    for (const auto& row : pump::kInstructions) {
        if (anchor::has_discriminator(call.data(), row.discriminator)) {
            call.log(std::string{"Instruction: "}.append(row.name));
            return row.run(call);
        }
    }
    constexpr std::uint64_t kUnitsOfUnknown = 500;
    SF_SIM_TRY(call.consume(kUnitsOfUnknown));
    return anchor::fail(call, anchor::kInstructionMissing);
}

}  // namespace sniperforge::sim
