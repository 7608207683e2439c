// SPDX-License-Identifier: MIT
// The pump fee program: get_fees, which pump.fun and PumpSwap call in every trade. Source: protocol
// amm-pump section 2; arguments and units as in the recorded trades.
#include "sim/program_pump.hpp"
#include "sim/programs.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace pump {
namespace {

constexpr anchor::Discriminator kGetFees{0xe7, 0x25, 0x7e, 0x55, 0xcf, 0x5b, 0x3f, 0x34};
constexpr std::uint64_t kGetFeesUnits = 3'302;

enum Index : std::size_t { kConfig, kConfigProgram, kCount };

FeeRates rates_at(BytesView data, std::size_t offset) {
    return {field<std::uint64_t>(data, offset), field<std::uint64_t>(data, offset + 8),
            field<std::uint64_t>(data, offset + 16)};
}

// The last tier whose threshold is reached; the first one below that.
FeeRates tier_of(BytesView config, u128 market_cap) {
    const auto count = field<std::uint32_t>(config, fee_config::kTiers);
    FeeRates rates = rates_at(config, fee_config::kFlat);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t at = fee_config::kTiers + 4 + i * fee_config::kTierBytes;
        if (i > 0 && market_cap < field<u128>(config, at)) {
            break;
        }
        rates = rates_at(config, at + fee_config::kTierFees);
    }
    return rates;
}

ProgramResult get_fees(Invocation& call) {
    if (call.size() < kCount) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    ByteReader reader{call.data().subspan(8)};
    const bool is_pump_pool = reader.read<std::uint8_t>() != 0;
    const auto market_cap = reader.read<u128>();
    static_cast<void>(reader.read<std::uint64_t>());  // Trade size: no tier looks at it.
    if (!reader.ok()) {
        return anchor::fail(call, anchor::kInstructionDidNotDeserialize);
    }
    SF_SIM_TRY(anchor::check_state(call, kConfig, kFeeConfigDiscriminator, fee_config::kTiers + 4,
                                   "fee_config"));
    SF_SIM_TRY(anchor::check_seeds(call, kConfig, fee_config_address(call.key(kConfigProgram)),
                                   "fee_config"));
    const FeeRates rates = fee_rates(call.account(kConfig).data, is_pump_pool, market_cap);
    Bytes answer;
    append_le(answer, rates.lp);
    append_le(answer, rates.protocol);
    append_le(answer, rates.creator);
    call.set_return_data(answer);
    return {};
}

}  // namespace

FeeRates fee_rates(BytesView config, bool is_pump_pool, u128 market_cap) {
    return is_pump_pool ? tier_of(config, market_cap) : rates_at(config, fee_config::kFlat);
}

Executed<FeeRates> ask_fees(Invocation& call, const FeeQuery& query) {
    solana::Instruction ask{kFeeProgram,
                            {solana::readonly(query.fee_config), solana::readonly(query.program)},
                            {kGetFees.begin(), kGetFees.end()}};
    append_le(ask.data, std::uint8_t{query.is_pump_pool});
    append_le(ask.data, query.market_cap);
    append_le(ask.data, query.trade_size);
    append_le(ask.data, std::uint8_t{0});  // Recorded behind the trade size of a SOL coin.
    if (auto asked = call.invoke(ask); !asked) {
        return InstructionFailure{std::move(asked).error()};
    }
    return rates_at(call.return_data(), 0);
}

}  // namespace pump

ProgramResult run_pump_fees(Invocation& call) {
    if (!anchor::has_discriminator(call.data(), pump::kGetFees)) {
        SF_SIM_TRY(call.consume(500));
        return anchor::fail(call, anchor::kInstructionMissing);
    }
    call.log("Instruction: GetFees");
    SF_SIM_TRY(call.consume(pump::kGetFeesUnits));
    return pump::get_fees(call);
}

}  // namespace sniperforge::sim
