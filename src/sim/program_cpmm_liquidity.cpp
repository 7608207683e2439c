// SPDX-License-Identifier: MIT
// CPMM initialize and withdraw. Source: protocol amm-raydium section 2; withdrawal: LP tokens are
// worth floor(lp × net vault / supply) of each side.
#include "sim/program_cpmm.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::cpmm {
namespace {

enum InitializeIndex : std::size_t {
    kCreator,
    kConfig,
    kAuthority,
    kPool,
    kMint0,
    kMint1,
    kLpMint,
    kCreatorToken0,
    kCreatorToken1,
    kCreatorLp,
    kVault0,
    kVault1,
    kCreatePoolFee,
    kObservation,
    kTokenProgram,
    kProgram0,
    kProgram1,
    kAssociatedProgram,
    kSystemProgram,
    kRent,
    kInitializeCount,
};

// Creates an account of a program-derived (or signing) address, paid by the creator.
ProgramResult create_account(Invocation& call, std::size_t index, std::size_t space,
                             const Pubkey& owner) {
    const Pubkey created = call.key(index);
    solana::Instruction create{
        solana::kSystemProgram,
        {solana::writable_signer(call.key(kCreator)), solana::writable_signer(created)},
        {}};
    append_le(create.data, std::uint32_t{0});
    append_le(create.data, call.clock().rent_exempt_minimum(space));
    append_le(create.data, std::uint64_t{space});
    append(create.data, owner.bytes);
    return call.invoke(create, {&created, 1});
}

ProgramResult create_vault(Invocation& call, std::size_t vault, std::size_t mint,
                           const Pubkey& program) {
    SF_SIM_TRY(create_account(call, vault, token::kAccountBytes, program));
    solana::Instruction initialize{
        program, {solana::writable(call.key(vault)), solana::readonly(call.key(mint))}, {18}};
    append(initialize.data, authority().bytes);
    return call.invoke(initialize);
}

ProgramResult create_lp_mint(Invocation& call, std::uint8_t decimals) {
    SF_SIM_TRY(create_account(call, kLpMint, token::kMintBytes, solana::kTokenProgram));
    solana::Instruction initialize{
        solana::kTokenProgram, {solana::writable(call.key(kLpMint))}, {20, decimals}};
    append(initialize.data, authority().bytes);
    append_le(initialize.data, std::uint8_t{0});
    SF_SIM_TRY(call.invoke(initialize));
    return call.invoke(
        {solana::kAssociatedTokenProgram,
         {solana::writable_signer(call.key(kCreator)), solana::writable(call.key(kCreatorLp)),
          solana::readonly(call.key(kCreator)), solana::readonly(call.key(kLpMint)),
          solana::readonly(solana::kSystemProgram), solana::readonly(solana::kTokenProgram)},
         {}});
}

// Every address is the one that the program derives; the pool may also be a fresh signer.
ProgramResult check_addresses(Invocation& call) {
    const auto derived = [](std::initializer_list<BytesView> seeds) {
        return solana::find_program_address(seeds, solana::kRaydiumCpmmProgram).address;
    };
    using solana::seed;
    const Pubkey& pool_key = call.key(kPool);
    if (call.key(kAuthority) != authority()) {
        return anchor_error(call, Error::ConstraintSeeds, "authority");
    }
    if (!call.is_signer(kPool) &&
        pool_key != derived({seed("pool"), call.key(kConfig).bytes, call.key(kMint0).bytes,
                             call.key(kMint1).bytes})) {
        return anchor_error(call, Error::ConstraintSeeds, "pool_state");
    }
    if (call.key(kLpMint) != derived({seed("pool_lp_mint"), pool_key.bytes})) {
        return anchor_error(call, Error::ConstraintSeeds, "lp_mint");
    }
    if (call.key(kVault0) !=
        derived({seed("pool_vault"), pool_key.bytes, call.key(kMint0).bytes})) {
        return anchor_error(call, Error::ConstraintSeeds, "token_0_vault");
    }
    if (call.key(kVault1) !=
        derived({seed("pool_vault"), pool_key.bytes, call.key(kMint1).bytes})) {
        return anchor_error(call, Error::ConstraintSeeds, "token_1_vault");
    }
    if (call.key(kObservation) != derived({seed("observation"), pool_key.bytes})) {
        return anchor_error(call, Error::ConstraintSeeds, "observation_state");
    }
    return {};
}

ProgramResult check_initialize(Invocation& call) {
    if (call.size() < kInitializeCount) {
        return anchor_error(call, Error::AccountNotEnoughKeys);
    }
    if (!call.is_signer(kCreator)) {
        return anchor_error(call, Error::AccountNotSigner, "creator");
    }
    const Account& config_account = call.account(kConfig);
    if (config_account.owner != call.program_id()) {
        return anchor_error(call, Error::AccountOwnedByWrongProgram, "amm_config");
    }
    if (!has_discriminator(config_account.data, kConfigDiscriminator) ||
        config_account.data.size() < kConfigBytes) {
        return anchor_error(call, Error::AccountDiscriminatorMismatch, "amm_config");
    }
    if (config_account.data[config::kDisableCreatePool] != 0) {
        return anchor_error(call, Error::NotApproved);
    }
    if (!(call.key(kMint0) < call.key(kMint1))) {
        return anchor_error(call, Error::ConstraintRaw, "token_0_mint");
    }
    SF_SIM_TRY(check_mint(call, kMint0, "token_0_mint"));
    SF_SIM_TRY(check_mint(call, kMint1, "token_1_mint"));
    if (call.account(kMint0).owner != call.key(kProgram0) ||
        call.account(kMint1).owner != call.key(kProgram1)) {
        return anchor_error(call, Error::InvalidProgramId);
    }
    SF_SIM_TRY(check_token_account(call, kCreatorToken0, "creator_token_0"));
    SF_SIM_TRY(check_token_account(call, kCreatorToken1, "creator_token_1"));
    return check_addresses(call);
}

ProgramResult pay_create_fee(Invocation& call) {
    const std::uint64_t fee = u64_at(call.account(kConfig).data, config::kCreatePoolFee);
    if (fee == 0) {
        return {};
    }
    SF_SIM_TRY(check_token_account(call, kCreatePoolFee, "create_pool_fee"));
    solana::Instruction pay{
        solana::kSystemProgram,
        {solana::writable_signer(call.key(kCreator)), solana::writable(call.key(kCreatePoolFee))},
        {}};
    append_le(pay.data, std::uint32_t{2});
    append_le(pay.data, fee);
    SF_SIM_TRY(call.invoke(pay));
    return call.invoke({solana::kTokenProgram, {solana::writable(call.key(kCreatePoolFee))}, {17}});
}

ProgramResult write_state(Invocation& call, std::uint64_t liquidity, std::uint64_t open_time) {
    SF_SIM_TRY(create_account(call, kPool, kPoolBytes, solana::kRaydiumCpmmProgram));
    SF_SIM_TRY(create_account(call, kObservation, kObservationBytes, solana::kRaydiumCpmmProgram));
    NewPool fields{call.key(kConfig),     call.key(kCreator),  call.key(kVault0),
                   call.key(kVault1),     call.key(kLpMint),   call.key(kMint0),
                   call.key(kMint1),      call.key(kProgram0), call.key(kProgram1),
                   call.key(kObservation)};
    fields.decimals_0 = call.account(kMint0).data[token::kDecimals];
    fields.decimals_1 = call.account(kMint1).data[token::kDecimals];
    fields.lp_decimals = call.account(kLpMint).data[token::kDecimals];
    fields.lp_supply = liquidity;
    fields.open_time = open_time;
    fields.epoch = call.clock().epoch;
    auto state = call.data_of(kPool);
    auto observation = call.data_of(kObservation);
    if (!state || !observation) {
        return InstructionFailure{(!state ? state : observation).error()};
    }
    const Bytes encoded = encode_pool(fields);
    std::copy(encoded.begin(), encoded.end(), state->begin());
    std::copy(kObservationDiscriminator.begin(), kObservationDiscriminator.end(),
              observation->begin());
    return {};
}

}  // namespace

ProgramResult initialize(Invocation& call) {
    ByteReader reader{call.data().subspan(8)};
    const auto amount_0 = reader.read<std::uint64_t>();
    const auto amount_1 = reader.read<std::uint64_t>();
    auto open_time = reader.read<std::uint64_t>();
    if (!reader.ok()) {
        return anchor_error(call, Error::InstructionDidNotDeserialize);
    }
    SF_SIM_TRY(check_initialize(call));
    // A pool opens one second after its creation at the earliest.
    const auto now = static_cast<std::uint64_t>(call.clock().unix_time);
    open_time = open_time <= now ? now + 1 : open_time;
    const std::uint64_t liquidity = first_liquidity(amount_0, amount_1);
    if (liquidity <= kLockedLp) {
        return anchor_error(call, Error::InitLpAmountTooLess);
    }
    const std::uint8_t decimals_0 = call.account(kMint0).data[token::kDecimals];
    const std::uint8_t decimals_1 = call.account(kMint1).data[token::kDecimals];
    constexpr std::uint8_t kLpDecimals = 9;
    SF_SIM_TRY(create_vault(call, kVault0, kMint0, call.key(kProgram0)));
    SF_SIM_TRY(create_vault(call, kVault1, kMint1, call.key(kProgram1)));
    SF_SIM_TRY(
        transfer_tokens(call, {call.key(kProgram0), call.key(kCreatorToken0), call.key(kMint0),
                               call.key(kVault0), call.key(kCreator), amount_0, decimals_0}));
    SF_SIM_TRY(
        transfer_tokens(call, {call.key(kProgram1), call.key(kCreatorToken1), call.key(kMint1),
                               call.key(kVault1), call.key(kCreator), amount_1, decimals_1}));
    SF_SIM_TRY(create_lp_mint(call, kLpDecimals));
    solana::Instruction mint_lp{
        solana::kTokenProgram,
        {solana::writable(call.key(kLpMint)), solana::writable(call.key(kCreatorLp)),
         solana::signer(authority())},
        {7}};
    append_le(mint_lp.data, liquidity - kLockedLp);
    const Pubkey& derived = authority();
    SF_SIM_TRY(call.invoke(mint_lp, {&derived, 1}));
    SF_SIM_TRY(pay_create_fee(call));
    return write_state(call, liquidity, open_time);
}

namespace {

enum WithdrawIndex : std::size_t {
    kWOwner,
    kWAuthority,
    kWPool,
    kWOwnerLp,
    kWToken0,
    kWToken1,
    kWVault0,
    kWVault1,
    kWTokenProgram,
    kWToken2022Program,
    kWMint0,
    kWMint1,
    kWLpMint,
    kWMemo,
    kWithdrawCount,
};

ProgramResult check_withdraw(Invocation& call) {
    if (call.size() < kWithdrawCount) {
        return anchor_error(call, Error::AccountNotEnoughKeys);
    }
    if (!call.is_signer(kWOwner)) {
        return anchor_error(call, Error::AccountNotSigner, "owner");
    }
    if (call.key(kWAuthority) != authority()) {
        return anchor_error(call, Error::ConstraintSeeds, "authority");
    }
    SF_SIM_TRY(check_pool(call, kWPool));
    for (const std::size_t index : {kWOwnerLp, kWToken0, kWToken1, kWVault0, kWVault1}) {
        SF_SIM_TRY(check_token_account(call, index, "token_account"));
    }
    const Bytes& state = call.account(kWPool).data;
    if (call.key(kWVault0) != key_at(state, pool::kVault0) ||
        call.key(kWVault1) != key_at(state, pool::kVault1)) {
        return anchor_error(call, Error::ConstraintRaw, "token_vault");
    }
    for (const std::size_t index : {kWOwnerLp, kWToken0, kWToken1}) {
        if (token::owner(call.account(index).data) != call.key(kWOwner)) {
            return anchor_error(call, Error::ConstraintTokenOwner, "token_account");
        }
    }
    if (token::mint(call.account(kWToken0).data) != key_at(state, pool::kMint0) ||
        token::mint(call.account(kWToken1).data) != key_at(state, pool::kMint1)) {
        return anchor_error(call, Error::ConstraintTokenMint, "token_account");
    }
    if (call.key(kWMint0) != key_at(state, pool::kMint0) ||
        call.key(kWMint1) != key_at(state, pool::kMint1)) {
        return anchor_error(call, Error::ConstraintAddress, "vault_mint");
    }
    if (call.key(kWLpMint) != key_at(state, pool::kLpMint)) {
        return anchor_error(call, Error::IncorrectLpMint, "lp_mint");
    }
    return {};
}

struct Shares {
    std::uint64_t amount_0 = 0, amount_1 = 0;
    NetVaults before;
};

void log_withdrawal(Invocation& call, std::uint64_t lp_amount, const Shares& shares) {
    constexpr Discriminator kLpChangeEvent{0x79, 0xa3, 0xcd, 0xc9, 0x39, 0xda, 0x75, 0x3c};
    constexpr std::uint8_t kWithdrawal = 1;
    Bytes event(kLpChangeEvent.begin(), kLpChangeEvent.end());
    append(event, call.key(kWPool).bytes);
    append_le(event, lp_amount);
    append_le(event, shares.before.amount_0);
    append_le(event, shares.before.amount_1);
    append_le(event, shares.amount_0);
    append_le(event, shares.amount_1);
    append_le(event, std::uint64_t{0});
    append_le(event, std::uint64_t{0});
    append_le(event, kWithdrawal);
    call.log_data(event);
}

Executed<Shares> shares_of(Invocation& call, std::uint64_t lp_amount) {
    const Bytes& state = call.account(kWPool).data;
    const std::uint64_t supply = u64_at(state, pool::kLpSupply);
    const auto net = net_vaults(state, token::amount(call.account(kWVault0).data),
                                token::amount(call.account(kWVault1).data));
    if (!net) {
        return anchor_error(call, Error::InsufficientVault);
    }
    if (supply == 0 || lp_amount > supply) {
        return anchor_error(call, Error::InvalidInput);
    }
    Shares shares;
    shares.before = *net;
    shares.amount_0 = mul_div_floor(lp_amount, net->amount_0, supply).value_or(0);
    shares.amount_1 = mul_div_floor(lp_amount, net->amount_1, supply).value_or(0);
    if (shares.amount_0 == 0 || shares.amount_1 == 0) {
        return anchor_error(call, Error::ZeroTradingTokens);
    }
    return shares;
}

}  // namespace

ProgramResult withdraw(Invocation& call) {
    ByteReader reader{call.data().subspan(8)};
    const auto lp_amount = reader.read<std::uint64_t>();
    const auto amount_0_min = reader.read<std::uint64_t>();
    const auto amount_1_min = reader.read<std::uint64_t>();
    if (!reader.ok()) {
        return anchor_error(call, Error::InstructionDidNotDeserialize);
    }
    SF_SIM_TRY(check_withdraw(call));
    if ((call.account(kWPool).data[pool::kStatus] & pool::kWithdrawOff) != 0) {
        return anchor_error(call, Error::NotApproved);
    }
    const auto shares = shares_of(call, lp_amount);
    if (!shares) {
        return InstructionFailure{shares.error()};
    }
    if (shares->amount_0 < amount_0_min || shares->amount_1 < amount_1_min) {
        return anchor_error(call, Error::ExceededSlippage);
    }
    auto state = call.data_of(kWPool);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    write_le(*state, pool::kLpSupply, u64_at(*state, pool::kLpSupply) - lp_amount);
    write_le(*state, pool::kRecentEpoch, call.clock().epoch);
    solana::Instruction burn{
        solana::kTokenProgram,
        {solana::writable(call.key(kWOwnerLp)), solana::writable(call.key(kWLpMint)),
         solana::signer(call.key(kWOwner))},
        {8}};
    append_le(burn.data, lp_amount);
    SF_SIM_TRY(call.invoke(burn));
    SF_SIM_TRY(transfer_tokens(
        call,
        {call.account(kWMint0).owner, call.key(kWVault0), call.key(kWMint0), call.key(kWToken0),
         authority(), shares->amount_0, call.account(kWMint0).data[token::kDecimals]}));
    SF_SIM_TRY(transfer_tokens(
        call,
        {call.account(kWMint1).owner, call.key(kWVault1), call.key(kWMint1), call.key(kWToken1),
         authority(), shares->amount_1, call.account(kWMint1).data[token::kDecimals]}));
    log_withdrawal(call, lp_amount, *shares);
    return {};
}

}  // namespace sniperforge::sim::cpmm
