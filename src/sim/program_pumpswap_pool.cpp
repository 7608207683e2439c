// SPDX-License-Identifier: MIT
// PumpSwap create_pool. Source: protocol amm-pump section 6.
#include "sim/program_cpmm_layout.hpp"
#include "sim/program_pumpswap.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::pumpswap {
namespace {

constexpr std::uint64_t kCreateUnits = 60'000;  // Without the called programs.

enum Index : std::size_t {
    kPool,
    kConfig,
    kCreator,
    kBaseMint,
    kQuoteMint,
    kLpMint,
    kUserBase,
    kUserQuote,
    kUserLp,
    kPoolBase,
    kPoolQuote,
    kSystem,
    kToken2022,
    kBaseProgram,
    kQuoteProgram,
    kAssociated,
    kEventAuthority,
    kItself,
    kCount,
};

struct Wanted {
    std::uint16_t index = 0;
    std::uint64_t base = 0, quote = 0;
    Pubkey coin_creator;
    bool is_mayhem = false, is_cashback = false;
};

Executed<Wanted> read_arguments(Invocation& call) {
    ByteReader reader{call.data().subspan(8)};
    Wanted wanted;
    wanted.index = reader.read<std::uint16_t>();
    wanted.base = reader.read<std::uint64_t>();
    wanted.quote = reader.read<std::uint64_t>();
    // Older callers end at any of the next three.
    if (reader.ok() && reader.remaining() >= Pubkey::kSize) {
        wanted.coin_creator = reader.read_key<Pubkey>();
    }
    wanted.is_mayhem = reader.remaining() > 0 && reader.read<std::uint8_t>() != 0;
    wanted.is_cashback = reader.remaining() > 0 && reader.read<std::uint8_t>() != 0;
    if (!reader.ok()) {
        return anchor::fail(call, anchor::kInstructionDidNotDeserialize);
    }
    if (wanted.base == 0 || wanted.quote == 0) {
        return anchor::fail(call, wanted.base == 0 ? kZeroBaseAmount : kZeroQuoteAmount);
    }
    return wanted;
}

ProgramResult check_accounts(Invocation& call, const PoolName& name) {
    SF_SIM_TRY(check_config(call, kConfig));
    SF_SIM_TRY(anchor::check_signer(call, kCreator, "creator"));
    SF_SIM_TRY(anchor::check_mint(call, kBaseMint, "base_mint"));
    SF_SIM_TRY(anchor::check_mint(call, kQuoteMint, "quote_mint"));
    SF_SIM_TRY(anchor::check_seeds(call, kPool, pool_address(name), "pool"));
    const Pubkey pool_key = call.key(kPool);
    SF_SIM_TRY(anchor::check_seeds(call, kLpMint, lp_mint_address(pool_key), "lp_mint"));
    SF_SIM_TRY(anchor::check_program(call, kBaseProgram, call.account(kBaseMint).owner,
                                     "base_token_program"));
    SF_SIM_TRY(anchor::check_program(call, kQuoteProgram, call.account(kQuoteMint).owner,
                                     "quote_token_program"));
    SF_SIM_TRY(
        anchor::check_token_account(call, kUserBase, name.base_mint, "user_base_token_account"));
    SF_SIM_TRY(
        anchor::check_token_account(call, kUserQuote, name.quote_mint, "user_quote_token_account"));
    SF_SIM_TRY(anchor::check_seeds(call, kEventAuthority, event_authority(), "event_authority"));
    return anchor::check_program(call, kItself, kProgram, "program");
}

// The pool's account, its LP mint and its two vaults, paid by the creator.
ProgramResult create_accounts(Invocation& call) {
    const Pubkey pool_key = call.key(kPool);
    const Pubkey lp_mint = call.key(kLpMint);
    const Pubkey payer = call.key(kCreator);
    SF_SIM_TRY(
        anchor::create_account(call, {payer, pool_key, kProgram, kPoolBytes}, {&pool_key, 1}));
    SF_SIM_TRY(anchor::create_account(
        call, {payer, lp_mint, solana::kToken2022Program, token::kMintBytes}, {&lp_mint, 1}));
    constexpr std::uint8_t kInitializeMint2 = 20;
    solana::Instruction initialize{
        solana::kToken2022Program, {solana::writable(lp_mint)}, {kInitializeMint2, kLpDecimals}};
    append(initialize.data, pool_key.bytes);
    initialize.data.push_back(0);
    SF_SIM_TRY(call.invoke(initialize));
    for (const auto& [account, owner, mint, program] :
         {std::tuple{call.key(kUserLp), payer, lp_mint, solana::kToken2022Program},
          std::tuple{call.key(kPoolBase), pool_key, call.key(kBaseMint), call.key(kBaseProgram)},
          std::tuple{call.key(kPoolQuote), pool_key, call.key(kQuoteMint),
                     call.key(kQuoteProgram)}}) {
        SF_SIM_TRY(anchor::create_associated(call, {payer, account, owner, mint, program}));
    }
    return {};
}

// The first liquidity comes in and its LP tokens go out, all but the locked ones.
ProgramResult deposit(Invocation& call, const Wanted& wanted, std::uint64_t liquidity) {
    const Pubkey payer = call.key(kCreator);
    const Pubkey pool_key = call.key(kPool);
    SF_SIM_TRY(anchor::transfer_tokens(
        call,
        {call.key(kBaseProgram), call.key(kUserBase), call.key(kBaseMint), call.key(kPoolBase),
         payer, wanted.base, call.account(kBaseMint).data[token::kDecimals]}));
    SF_SIM_TRY(anchor::transfer_tokens(
        call,
        {call.key(kQuoteProgram), call.key(kUserQuote), call.key(kQuoteMint), call.key(kPoolQuote),
         payer, wanted.quote, call.account(kQuoteMint).data[token::kDecimals]}));
    constexpr std::uint8_t kMintTo = 7;
    solana::Instruction give{solana::kToken2022Program,
                             {solana::writable(call.key(kLpMint)),
                              solana::writable(call.key(kUserLp)), solana::signer(pool_key)},
                             {kMintTo}};
    append_le(give.data, liquidity - kLockedLp);
    return call.invoke(give, {&pool_key, 1});
}

}  // namespace

ProgramResult create_pool(Invocation& call) {
    SF_SIM_TRY(call.consume(kCreateUnits));
    if (call.size() < kCount) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    auto wanted = read_arguments(call);
    if (!wanted) {
        return InstructionFailure{std::move(wanted).error()};
    }
    const PoolName name{wanted->index, call.key(kCreator), call.key(kBaseMint),
                        call.key(kQuoteMint)};
    SF_SIM_TRY(check_accounts(call, name));
    if ((call.account(kConfig).data[config::kDisableFlags] & config::kCreatePoolOff) != 0) {
        return anchor::fail(call, kCreatePoolOff);
    }
    if (!is_canonical(name)) {
        wanted->coin_creator = {};  // Only migrated coins have a creator who earns.
    }
    const std::uint64_t liquidity = cpmm::first_liquidity(wanted->base, wanted->quote);
    if (liquidity <= kLockedLp) {
        return anchor::fail(call, anchor::kRequireViolated);
    }
    SF_SIM_TRY(create_accounts(call));
    SF_SIM_TRY(deposit(call, *wanted, liquidity));
    const Bytes fields =
        encode_pool({name, call.key(kLpMint), call.key(kPoolBase), call.key(kPoolQuote),
                     wanted->coin_creator, liquidity, wanted->is_mayhem, wanted->is_cashback});
    auto state = call.data_of(kPool);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    std::ranges::copy(fields, state->begin());
    const CreatePoolEvent event{call.clock().unix_time,
                                name,
                                call.account(kBaseMint).data[token::kDecimals],
                                call.account(kQuoteMint).data[token::kDecimals],
                                wanted->base,
                                wanted->quote,
                                liquidity,
                                call.key(kPool),
                                call.key(kLpMint),
                                call.key(kUserBase),
                                call.key(kUserQuote),
                                wanted->coin_creator,
                                wanted->is_mayhem};
    return anchor::emit(call, call.key(kEventAuthority), encode(event));
}

}  // namespace sniperforge::sim::pumpswap
