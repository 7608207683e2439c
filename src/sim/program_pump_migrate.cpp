// SPDX-License-Identifier: MIT
// pump.fun migrate: a completed curve's tokens and SOL become a PumpSwap pool whose LP tokens are
// burned. Accounts and events: protocol amm-pump section 5. The recorded pools hold the curve's SOL
// less the migration fee; that the fee pays the rent of the pool's accounts and its rest goes to
// the withdraw authority is an assumption.
#include "sim/derived.hpp"
#include "sim/program_pump_events.hpp"
#include "sim/program_pumpswap_layout.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::pump {
namespace {

constexpr std::uint64_t kMigrateUnits = 60'000;  // Without the called programs.

enum Index : std::size_t {
    kGlobal,
    kWithdrawAuthority,
    kMint,
    kCurve,
    kCurveTokens,
    kUser,
    kSystem,
    kTokenProgram,
    kSwap,
    kPool,
    kPoolAuthority,
    kAuthorityTokens,
    kAuthoritySol,
    kSwapConfig,
    kSolMint,
    kLpMint,
    kAuthorityLp,
    kPoolTokens,
    kPoolSol,
    kToken2022,
    kAssociated,
    kSwapEventAuthority,
    kEventAuthority,
    kItself,
    kCount,
};

ProgramResult check_accounts(Invocation& call) {
    SF_SIM_TRY(check_global(call, kGlobal));
    const Bytes& settings = call.account(kGlobal).data;
    if (key_field(settings, global::kWithdrawAuthority) != call.key(kWithdrawAuthority)) {
        return anchor::fail(call, anchor::kConstraintHasOne, "global");
    }
    SF_SIM_TRY(anchor::check_writable(call, kWithdrawAuthority, "withdraw_authority"));
    const Pubkey mint = call.key(kMint);
    SF_SIM_TRY(anchor::check_mint(call, kMint, "mint"));
    SF_SIM_TRY(
        anchor::check_state(call, kCurve, kCurveDiscriminator, kCurveBytesMin, "bonding_curve"));
    SF_SIM_TRY(anchor::check_seeds(call, kCurve, curve_address(mint), "bonding_curve"));
    SF_SIM_TRY(anchor::check_signer(call, kUser, "user"));
    // The mint's program is one of the two; wrapped SOL has the first, LP mints the second.
    SF_SIM_TRY(anchor::check_program(call, kTokenProgram, solana::kTokenProgram, "token_program"));
    SF_SIM_TRY(
        anchor::check_program(call, kToken2022, solana::kToken2022Program, "token_2022_program"));
    SF_SIM_TRY(anchor::check_program(call, kSwap, kSwapProgram, "pump_amm"));
    SF_SIM_TRY(anchor::check_address(call, kSolMint, solana::kWrappedSolMint, "wsol_mint"));
    SF_SIM_TRY(anchor::check_seeds(call, kPoolAuthority, pool_authority(mint), "pool_authority"));
    const Pubkey authority = call.key(kPoolAuthority);
    const Pubkey mint_program = call.account(kMint).owner;
    for (const auto& [index, owner, of, program, name] :
         {std::tuple{kCurveTokens, call.key(kCurve), mint, mint_program,
                     "associated_bonding_curve"},
          std::tuple{kAuthorityTokens, authority, mint, mint_program,
                     "pool_authority_mint_account"},
          std::tuple{kAuthoritySol, authority, solana::kWrappedSolMint, solana::kTokenProgram,
                     "pool_authority_wsol_account"}}) {
        SF_SIM_TRY(
            anchor::check_seeds(call, index, derived_token_address(owner, of, program), name));
    }
    SF_SIM_TRY(anchor::check_seeds(call, kEventAuthority, event_authority(), "event_authority"));
    return anchor::check_program(call, kItself, kProgram, "program");
}

struct Amounts {
    std::uint64_t tokens = 0, sol = 0, fee = 0;  // `sol` is what goes into the pool.
};

// The curve's SOL goes to the pool authority, which pays for its accounts and wraps the rest.
ProgramResult fund_authority(Invocation& call, const Amounts& amounts) {
    const Pubkey authority = call.key(kPoolAuthority);
    const Pubkey curve_key = call.key(kCurve);
    const Pubkey mint_program = call.account(kMint).owner;
    const anchor::Signers signer{&authority, 1};
    SF_SIM_TRY(call.debit(kCurve, amounts.sol + amounts.fee));
    SF_SIM_TRY(call.credit(kPoolAuthority, amounts.sol + amounts.fee));
    SF_SIM_TRY(anchor::create_associated(
        call, {authority, call.key(kAuthorityTokens), authority, call.key(kMint), mint_program},
        signer));
    SF_SIM_TRY(anchor::create_associated(
        call,
        {authority, call.key(kAuthoritySol), authority, call.key(kSolMint), solana::kTokenProgram},
        signer));
    SF_SIM_TRY(anchor::transfer_tokens(
        call,
        {mint_program, call.key(kCurveTokens), call.key(kMint), call.key(kAuthorityTokens),
         curve_key, amounts.tokens, call.account(kMint).data[token::kDecimals]},
        {&curve_key, 1}));
    SF_SIM_TRY(
        anchor::transfer_lamports(call, {authority, call.key(kAuthoritySol), amounts.sol}, signer));
    constexpr std::uint8_t kSyncNative = 17;
    return call.invoke(
        {solana::kTokenProgram, {solana::writable(call.key(kAuthoritySol))}, {kSyncNative}});
}

ProgramResult create_pool(Invocation& call, const Amounts& amounts) {
    using solana::readonly;
    using solana::writable;
    const Pubkey authority = call.key(kPoolAuthority);
    const Bytes& state = call.account(kCurve).data;
    solana::Instruction create{
        kSwapProgram,
        {writable(call.key(kPool)), readonly(call.key(kSwapConfig)),
         solana::writable_signer(authority), readonly(call.key(kMint)),
         readonly(call.key(kSolMint)), writable(call.key(kLpMint)),
         writable(call.key(kAuthorityTokens)), writable(call.key(kAuthoritySol)),
         writable(call.key(kAuthorityLp)), writable(call.key(kPoolTokens)),
         writable(call.key(kPoolSol)), readonly(solana::kSystemProgram),
         readonly(solana::kToken2022Program), readonly(call.account(kMint).owner),
         readonly(solana::kTokenProgram), readonly(solana::kAssociatedTokenProgram),
         readonly(call.key(kSwapEventAuthority)), readonly(kSwapProgram)},
        {0xe9, 0x92, 0xd1, 0x8e, 0xcf, 0x68, 0x40, 0xbc}};
    append_le(create.data, std::uint16_t{0});
    append_le(create.data, amounts.tokens);
    append_le(create.data, amounts.sol);
    append(create.data, key_field(state, curve::kCreator).bytes);
    append_le(create.data, field<std::uint8_t>(state, curve::kIsMayhem));
    append_le(create.data, field<std::uint8_t>(state, curve::kIsCashback));
    return call.invoke(create, {&authority, 1});
}

ProgramResult burn_liquidity(Invocation& call) {
    const Pubkey authority = call.key(kPoolAuthority);
    constexpr std::uint8_t kBurn = 8;
    solana::Instruction burn{solana::kToken2022Program,
                             {solana::writable(call.key(kAuthorityLp)),
                              solana::writable(call.key(kLpMint)), solana::signer(authority)},
                             {kBurn}};
    append_le(burn.data, token::amount(call.account(kAuthorityLp).data));
    return call.invoke(burn, {&authority, 1});
}

ProgramResult empty_curve(Invocation& call) {
    auto state = call.data_of(kCurve);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    for (const std::size_t offset :
         {curve::kVirtualToken, curve::kVirtualQuote, curve::kRealToken, curve::kRealQuote}) {
        write_le(*state, offset, std::uint64_t{0});
    }
    return {};
}

}  // namespace

ProgramResult migrate(Invocation& call) {
    SF_SIM_TRY(call.consume(kMigrateUnits));
    if (call.size() < kCount) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    SF_SIM_TRY(check_accounts(call));
    const Bytes state = call.account(kCurve).data;
    const Bytes& settings = call.account(kGlobal).data;
    if (state[curve::kComplete] == 0) {
        return anchor::fail(call, kCurveNotComplete);
    }
    if (settings[global::kIsMigrateEnabled] == 0) {
        return anchor::fail(call, kNotAuthorized);
    }
    const auto raised = field<std::uint64_t>(state, curve::kRealQuote);
    const auto fee = field<std::uint64_t>(settings, global::kMigrationFee);
    if (raised == 0) {
        call.log("Bonding curve already migrated");
        return {};
    }
    if (raised <= fee) {
        return anchor::fail(call, anchor::kRequireViolated);
    }
    const Amounts amounts{token::amount(call.account(kCurveTokens).data), raised - fee, fee};
    SF_SIM_TRY(fund_authority(call, amounts));
    SF_SIM_TRY(create_pool(call, amounts));
    SF_SIM_TRY(burn_liquidity(call));
    SF_SIM_TRY(empty_curve(call));
    const Pubkey authority = call.key(kPoolAuthority);
    SF_SIM_TRY(anchor::transfer_lamports(
        call,
        {authority, call.key(kWithdrawAuthority), call.account(kPoolAuthority).lamports.raw()},
        {&authority, 1}));
    return anchor::emit(
        call, call.key(kEventAuthority),
        encode(MigrationEvent{call.key(kUser), call.key(kMint), call.key(kCurve), call.key(kPool),
                              amounts.tokens, amounts.sol, amounts.fee, call.clock().unix_time}));
}

}  // namespace sniperforge::sim::pump
