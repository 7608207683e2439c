// SPDX-License-Identifier: MIT
// CPMM swap_base_input and swap_base_output. Source: protocol amm-raydium section 2.
#include "sim/program_cpmm.hpp"
#include "sim/program_cpmm_math.hpp"
#include "sim/program_token_layout.hpp"

namespace sniperforge::sim::cpmm {
namespace {

enum Index : std::size_t {
    kPayer,
    kAuthority,
    kConfig,
    kPool,
    kUserInput,
    kUserOutput,
    kInputVault,
    kOutputVault,
    kInputProgram,
    kOutputProgram,
    kInputMint,
    kOutputMint,
    kObservation,
    kCount,
};

ProgramResult check_program_accounts(Invocation& call) {
    if (!call.is_signer(kPayer)) {
        return anchor_error(call, Error::AccountNotSigner, "payer");
    }
    if (call.key(kAuthority) != authority()) {
        return anchor_error(call, Error::ConstraintSeeds, "authority");
    }
    SF_SIM_TRY(check_pool(call, kPool));
    const Bytes& state = call.account(kPool).data;
    const Account& config = call.account(kConfig);
    if (config.owner != call.program_id()) {
        return anchor_error(call, Error::AccountOwnedByWrongProgram, "amm_config");
    }
    if (!has_discriminator(config.data, kConfigDiscriminator) ||
        config.data.size() < kConfigBytes) {
        return anchor_error(call, Error::AccountDiscriminatorMismatch, "amm_config");
    }
    if (call.key(kConfig) != key_at(state, pool::kConfig)) {
        return anchor_error(call, Error::ConstraintAddress, "amm_config");
    }
    if (call.key(kObservation) != key_at(state, pool::kObservation)) {
        return anchor_error(call, Error::ConstraintAddress, "observation_state");
    }
    return check_writable(call, kObservation, "observation_state");
}

ProgramResult check_token_accounts(Invocation& call) {
    SF_SIM_TRY(check_token_account(call, kUserInput, "input_token_account"));
    SF_SIM_TRY(check_token_account(call, kUserOutput, "output_token_account"));
    SF_SIM_TRY(check_token_account(call, kInputVault, "input_vault"));
    SF_SIM_TRY(check_token_account(call, kOutputVault, "output_vault"));
    const Bytes& state = call.account(kPool).data;
    const Pubkey vault_0 = key_at(state, pool::kVault0);
    const Pubkey vault_1 = key_at(state, pool::kVault1);
    for (const auto& [index, name] :
         {std::pair{kInputVault, "input_vault"}, std::pair{kOutputVault, "output_vault"}}) {
        if (call.key(index) != vault_0 && call.key(index) != vault_1) {
            return anchor_error(call, Error::ConstraintRaw, name);
        }
    }
    for (const auto& [index, mint, vault, name] :
         {std::tuple{kInputProgram, kInputMint, kInputVault, "input_token"},
          std::tuple{kOutputProgram, kOutputMint, kOutputVault, "output_token"}}) {
        if (!solana::is_token_program(call.key(index))) {
            return anchor_error(call, Error::InvalidProgramId, name);
        }
        SF_SIM_TRY(check_mint(call, mint, name));
        if (call.key(mint) != token::mint(call.account(vault).data)) {
            return anchor_error(call, Error::ConstraintAddress, name);
        }
    }
    return {};
}

struct Plan {
    bool is_0_to_1 = false;
    bool is_creator_fee_on_input = false;
    Reserves reserves;
    SwapAmounts amounts;
};

// Product of the reserves after the swap must not be below the one before.
bool holds_invariant(const Plan& plan) {
    const SwapAmounts& amounts = plan.amounts;
    const u128 on_input = static_cast<u128>(amounts.trade_fee) +
                          (plan.is_creator_fee_on_input ? amounts.creator_fee : std::uint64_t{0});
    const u128 on_output = plan.is_creator_fee_on_input ? std::uint64_t{0} : amounts.creator_fee;
    const u128 in = plan.reserves.in + amounts.amount_in - on_input;
    const u128 out = plan.reserves.out - (amounts.amount_out + on_output);
    const u128 before = static_cast<u128>(plan.reserves.in) * plan.reserves.out;
    // Products of sums beyond 64 bits only grow further: compare by division there.
    return in > kU64Max ? out >= before / in : in * out >= before;
}

Executed<Plan> make_plan(Invocation& call, bool is_base_input, std::uint64_t exact_amount) {
    const Bytes& state = call.account(kPool).data;
    const Bytes& fees = call.account(kConfig).data;
    Plan plan;
    plan.is_0_to_1 = call.key(kInputVault) == key_at(state, pool::kVault0);
    if (call.key(kInputVault) == call.key(kOutputVault)) {
        return anchor_error(call, Error::InvalidVault);
    }
    const std::uint64_t held_in = token::amount(call.account(kInputVault).data);
    const std::uint64_t held_out = token::amount(call.account(kOutputVault).data);
    const auto net =
        net_vaults(state, plan.is_0_to_1 ? held_in : held_out, plan.is_0_to_1 ? held_out : held_in);
    if (!net) {
        return anchor_error(call, Error::InsufficientVault);
    }
    plan.reserves = plan.is_0_to_1 ? Reserves{net->amount_0, net->amount_1}
                                   : Reserves{net->amount_1, net->amount_0};
    const std::uint8_t fee_on = state[pool::kCreatorFeeOn];
    plan.is_creator_fee_on_input =
        fee_on == 0 || (fee_on == 1 && plan.is_0_to_1) || (fee_on == 2 && !plan.is_0_to_1);
    const bool has_creator_fee = state[pool::kCreatorFeeEnabled] != 0;
    const Rates rates{u64_at(fees, config::kTradeFeeRate),
                      has_creator_fee ? u64_at(fees, config::kCreatorFeeRate) : 0,
                      u64_at(fees, config::kProtocolFeeRate), u64_at(fees, config::kFundFeeRate)};
    const auto amounts =
        is_base_input
            ? swap_base_input(plan.reserves, exact_amount, rates, plan.is_creator_fee_on_input)
            : swap_base_output(plan.reserves, exact_amount, rates, plan.is_creator_fee_on_input);
    if (!amounts) {
        return anchor_error(call, Error::ZeroTradingTokens);
    }
    plan.amounts = *amounts;
    if (!holds_invariant(plan)) {
        return anchor_error(call, Error::RequireViolated);
    }
    return plan;
}

void add_to(std::span<std::uint8_t> data, std::size_t offset, std::uint64_t amount) {
    write_le(data, offset, u64_at(data, offset) + amount);
}

ProgramResult book_fees(Invocation& call, const Plan& plan) {
    auto state = call.data_of(kPool);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    const SwapAmounts& amounts = plan.amounts;
    add_to(*state, plan.is_0_to_1 ? pool::kProtocolFees0 : pool::kProtocolFees1,
           amounts.protocol_fee);
    add_to(*state, plan.is_0_to_1 ? pool::kFundFees0 : pool::kFundFees1, amounts.fund_fee);
    const bool is_creator_fee_in_0 = plan.is_creator_fee_on_input == plan.is_0_to_1;
    add_to(*state, is_creator_fee_in_0 ? pool::kCreatorFees0 : pool::kCreatorFees1,
           amounts.creator_fee);
    write_le(*state, pool::kRecentEpoch, call.clock().epoch);
    return {};
}

// The long form of the event (2025-Q4 and later).
void log_swap_event(Invocation& call, const Plan& plan, bool is_base_input) {
    constexpr Discriminator kSwapEvent{0x40, 0xc6, 0xcd, 0xe8, 0x26, 0x08, 0x71, 0xe2};
    Bytes event(kSwapEvent.begin(), kSwapEvent.end());
    append(event, call.key(kPool).bytes);
    append_le(event, plan.reserves.in);
    append_le(event, plan.reserves.out);
    append_le(event, plan.amounts.amount_in);
    append_le(event, plan.amounts.amount_out);
    append_le(event, std::uint64_t{0});  // No mint here has a transfer fee.
    append_le(event, std::uint64_t{0});
    append_le(event, std::uint8_t{is_base_input});
    append(event, call.key(kInputMint).bytes);
    append(event, call.key(kOutputMint).bytes);
    append_le(event, plan.amounts.trade_fee);
    append_le(event, plan.amounts.creator_fee);
    append_le(event, std::uint8_t{plan.is_creator_fee_on_input});
    call.log_data(event);
}

}  // namespace

ProgramResult swap(Invocation& call, bool is_base_input) {
    if (call.size() < kCount) {
        return anchor_error(call, Error::AccountNotEnoughKeys);
    }
    ByteReader reader{call.data().subspan(8)};
    const auto first = reader.read<std::uint64_t>();
    const auto second = reader.read<std::uint64_t>();
    if (!reader.ok()) {
        return anchor_error(call, Error::InstructionDidNotDeserialize);
    }
    SF_SIM_TRY(check_program_accounts(call));
    SF_SIM_TRY(check_token_accounts(call));
    const Bytes& state = call.account(kPool).data;
    const bool is_off = (state[pool::kStatus] & pool::kSwapOff) != 0;
    const std::uint64_t open_time = u64_at(state, pool::kOpenTime);
    if (is_off || static_cast<std::uint64_t>(call.clock().unix_time) < open_time) {
        return anchor_error(call, Error::NotApproved);
    }
    // base_input gives (amount_in, minimum_out), base_output (max_amount_in, amount_out).
    const std::uint64_t exact_amount = is_base_input ? first : second;
    if (exact_amount == 0) {
        return anchor_error(call, Error::RequireViolated);
    }
    const auto plan = make_plan(call, is_base_input, exact_amount);
    if (!plan) {
        return InstructionFailure{plan.error()};
    }
    const SwapAmounts& amounts = plan->amounts;
    if (is_base_input ? amounts.amount_out < second : amounts.amount_in > first) {
        return anchor_error(call, Error::ExceededSlippage);
    }
    SF_SIM_TRY(book_fees(call, *plan));
    log_swap_event(call, *plan, is_base_input);
    SF_SIM_TRY(transfer_tokens(
        call,
        {call.key(kInputProgram), call.key(kUserInput), call.key(kInputMint), call.key(kInputVault),
         call.key(kPayer), amounts.amount_in, call.account(kInputMint).data[token::kDecimals]}));
    return transfer_tokens(call,
                           {call.key(kOutputProgram), call.key(kOutputVault), call.key(kOutputMint),
                            call.key(kUserOutput), call.key(kAuthority), amounts.amount_out,
                            call.account(kOutputMint).data[token::kDecimals]});
}

}  // namespace sniperforge::sim::cpmm
