// SPDX-License-Identifier: MIT
#include "sniperforge/sim/pump_instructions.hpp"

#include "sim/derived.hpp"
#include "sim/program_pump_trade.hpp"
#include "sim/program_pumpswap_layout.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace {

using anchor::Discriminator;
using pump::TradeKind;
using solana::readonly;
using solana::writable;
using solana::writable_signer;

constexpr Discriminator kBuy{0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea};
constexpr Discriminator kSell{0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad};
constexpr Discriminator kBuyExactSolIn{0x38, 0xfc, 0x74, 0x08, 0x9e, 0xdf, 0xcd, 0x5f};
constexpr Discriminator kBuyV2{0xb8, 0x17, 0xee, 0x61, 0x67, 0xc5, 0xd3, 0x3d};
constexpr Discriminator kBuyExactQuoteInV2{0xc2, 0xab, 0x1c, 0x46, 0x68, 0x4d, 0x5b, 0x2f};
constexpr Discriminator kSellV2{0x5d, 0xf6, 0x82, 0x3c, 0xe7, 0xe9, 0x40, 0xb2};
constexpr Discriminator kCreateV2{0xd6, 0x90, 0x4c, 0xec, 0x5f, 0x8b, 0x31, 0xb4};
constexpr Discriminator kExtend{0xea, 0x66, 0xc2, 0xcb, 0x96, 0x48, 0x3e, 0xe5};
constexpr Discriminator kMigrate{0x9b, 0xea, 0xe7, 0x92, 0xec, 0x9e, 0xa2, 0x1e};
constexpr Discriminator kSwapBuyQuote{0xc6, 0x2e, 0x15, 0x52, 0xb4, 0xd9, 0xe8, 0x70};
constexpr Discriminator kSwapCreate{0xe9, 0x92, 0xd1, 0x8e, 0xcf, 0x68, 0x40, 0xbc};

void append_text(Bytes& bytes, std::string_view text) {
    append_le(bytes, static_cast<std::uint32_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
}

Bytes arguments(const Discriminator& discriminator, std::uint64_t amount, std::uint64_t limit,
                bool has_volume_flag) {
    Bytes data(discriminator.begin(), discriminator.end());
    append_le(data, amount);
    append_le(data, limit);
    if (has_volume_flag) {
        data.push_back(0);  // Volume is not tracked.
    }
    return data;
}

Pubkey sol_account(const Pubkey& owner) {
    return derived_token_address(owner, solana::kWrappedSolMint, solana::kTokenProgram);
}

solana::Instruction legacy_trade(const PumpCurve& curve, const PumpTrade& trade, TradeKind kind) {
    const bool is_sell = kind == TradeKind::Sell;
    const Pubkey accumulator = pump::user_volume_accumulator(trade.user, pump::kProgram);
    const auto vault = writable(curve.creator_vault);
    const auto program = readonly(curve.token_program);
    solana::Instruction result{
        pump::kProgram,
        {readonly(pump::global_address()), writable(pump_fee_recipient(curve.is_mayhem)),
         readonly(curve.mint), writable(curve.curve), writable(curve.curve_tokens),
         writable(derived_token_address(trade.user, curve.mint, curve.token_program)),
         writable_signer(trade.user), readonly(solana::kSystemProgram), is_sell ? vault : program,
         is_sell ? program : vault, readonly(pump::event_authority()), readonly(pump::kProgram)},
        arguments(is_sell                       ? kSell
                  : kind == TradeKind::BuyQuote ? kBuyExactSolIn
                                                : kBuy,
                  trade.amount, trade.limit, !is_sell)};
    auto& accounts = result.accounts;
    if (!is_sell) {
        accounts.push_back(readonly(pump::global_volume_accumulator()));
        accounts.push_back(writable(accumulator));
    }
    accounts.push_back(readonly(pump::fee_config_address(pump::kProgram)));
    accounts.push_back(readonly(pump::kFeeProgram));
    if (is_sell && curve.is_cashback) {
        accounts.push_back(writable(accumulator));
    }
    accounts.push_back(readonly(pump::curve_v2_address(curve.mint)));
    accounts.push_back(writable(pump_buyback_recipient()));
    return result;
}

solana::Instruction v2_trade(const PumpCurve& curve, const PumpTrade& trade, TradeKind kind) {
    const bool is_sell = kind == TradeKind::Sell;
    const Pubkey& recipient = pump_fee_recipient(curve.is_mayhem);
    const Pubkey& buyback = pump_buyback_recipient();
    const Pubkey accumulator = pump::user_volume_accumulator(trade.user, pump::kProgram);
    solana::Instruction result{
        pump::kProgram,
        {readonly(pump::global_address()), readonly(curve.mint), readonly(solana::kWrappedSolMint),
         readonly(curve.token_program), readonly(solana::kTokenProgram),
         readonly(solana::kAssociatedTokenProgram), writable(recipient),
         writable(sol_account(recipient)), writable(buyback), writable(sol_account(buyback)),
         writable(curve.curve), writable(curve.curve_tokens), writable(sol_account(curve.curve)),
         writable_signer(trade.user),
         writable(derived_token_address(trade.user, curve.mint, curve.token_program)),
         writable(sol_account(trade.user)), writable(curve.creator_vault),
         writable(sol_account(curve.creator_vault)), readonly(pump::sharing_config(curve.mint))},
        arguments(is_sell                       ? kSellV2
                  : kind == TradeKind::BuyQuote ? kBuyExactQuoteInV2
                                                : kBuyV2,
                  trade.amount, trade.limit, false)};
    auto& accounts = result.accounts;
    if (!is_sell) {
        accounts.push_back(readonly(pump::global_volume_accumulator()));
    }
    for (const auto& meta : {writable(accumulator), writable(sol_account(accumulator)),
                             readonly(pump::fee_config_address(pump::kProgram)),
                             readonly(pump::kFeeProgram), readonly(solana::kSystemProgram),
                             readonly(pump::event_authority()), readonly(pump::kProgram)}) {
        accounts.push_back(meta);
    }
    return result;
}

solana::Instruction curve_trade(const PumpCurve& curve, const PumpTrade& trade, TradeKind kind) {
    return trade.form == PumpForm::V2 ? v2_trade(curve, trade, kind)
                                      : legacy_trade(curve, trade, kind);
}

solana::Instruction swap_trade(const PumpPool& pool, const PumpSwapTrade& trade, TradeKind kind) {
    const bool is_sell = kind == TradeKind::Sell;
    const auto associated = [&](const Pubkey& owner) {
        return derived_token_address(owner, pool.quote_mint, pool.quote_program);
    };
    const Pubkey& recipient = pump_fee_recipient(pool.is_mayhem);
    const Pubkey vault_authority = pumpswap::creator_vault_authority(pool.coin_creator);
    const Pubkey accumulator = pump::user_volume_accumulator(trade.user, pumpswap::kProgram);
    solana::Instruction result{
        pumpswap::kProgram,
        {writable(pool.pool), writable_signer(trade.user), readonly(pumpswap::global_config()),
         readonly(pool.base_mint), readonly(pool.quote_mint),
         writable(derived_token_address(trade.user, pool.base_mint, pool.base_program)),
         writable(associated(trade.user)), writable(pool.base_vault), writable(pool.quote_vault),
         readonly(recipient), writable(associated(recipient)), readonly(pool.base_program),
         readonly(pool.quote_program), readonly(solana::kSystemProgram),
         readonly(solana::kAssociatedTokenProgram), readonly(pumpswap::event_authority()),
         readonly(pumpswap::kProgram), writable(associated(vault_authority)),
         readonly(vault_authority)},
        arguments(is_sell                       ? kSell
                  : kind == TradeKind::BuyQuote ? kSwapBuyQuote
                                                : kBuy,
                  trade.amount, trade.limit, !is_sell)};
    auto& accounts = result.accounts;
    if (!is_sell) {
        accounts.push_back(readonly(pumpswap::global_volume_accumulator()));
        accounts.push_back(writable(accumulator));
    }
    accounts.push_back(readonly(pump::fee_config_address(pumpswap::kProgram)));
    accounts.push_back(readonly(pump::kFeeProgram));
    if (pool.is_cashback) {
        accounts.push_back(writable(associated(accumulator)));
        if (is_sell) {
            accounts.push_back(writable(accumulator));
        }
    }
    if (!pool.coin_creator.is_zero()) {
        accounts.push_back(readonly(pumpswap::pool_v2_address(pool.base_mint)));
    }
    accounts.push_back(readonly(pump_buyback_recipient()));
    accounts.push_back(writable(associated(pump_buyback_recipient())));
    return result;
}

}  // namespace

solana::Instruction pump_create(const PumpCreate& options) {
    const auto mayhem = [](std::string_view text) {
        return solana::find_program_address({solana::seed(text)}, pump::kMayhemProgram).address;
    };
    const Pubkey state =
        solana::find_program_address({solana::seed("mayhem-state"), options.mint.bytes},
                                     pump::kMayhemProgram)
            .address;
    const PumpCurve curve = pump_curve(options.mint, solana::kToken2022Program, options.creator);
    solana::Instruction create{
        pump::kProgram,
        {writable_signer(options.mint), readonly(pump::mint_authority()), writable(curve.curve),
         writable(curve.curve_tokens), readonly(pump::global_address()),
         writable_signer(options.user), readonly(solana::kSystemProgram),
         readonly(solana::kToken2022Program), readonly(solana::kAssociatedTokenProgram),
         writable(pump::kMayhemProgram), readonly(mayhem("global-params")),
         writable(mayhem("sol-vault")), writable(state),
         writable(
             derived_token_address(mayhem("sol-vault"), options.mint, solana::kToken2022Program)),
         readonly(pump::event_authority()), readonly(pump::kProgram)},
        {kCreateV2.begin(), kCreateV2.end()}};
    append_text(create.data, options.name);
    append_text(create.data, options.symbol);
    append_text(create.data, options.uri);
    append(create.data, options.creator.bytes);
    create.data.push_back(0);  // No mayhem mode.
    create.data.push_back(options.is_cashback ? 1 : 0);
    return create;
}

solana::Instruction pump_extend(const Pubkey& account, const Pubkey& user) {
    return {pump::kProgram,
            {writable(account), writable_signer(user), readonly(solana::kSystemProgram),
             readonly(pump::event_authority()), readonly(pump::kProgram)},
            {kExtend.begin(), kExtend.end()}};
}

solana::Instruction pump_buy(const PumpCurve& curve, const PumpTrade& trade) {
    return curve_trade(curve, trade, TradeKind::BuyTokens);
}
solana::Instruction pump_buy_quote(const PumpCurve& curve, const PumpTrade& trade) {
    return curve_trade(curve, trade, TradeKind::BuyQuote);
}
solana::Instruction pump_sell(const PumpCurve& curve, const PumpTrade& trade) {
    return curve_trade(curve, trade, TradeKind::Sell);
}

solana::Instruction pump_migrate(const PumpPool& pool, const Pubkey& user) {
    const Pubkey authority = pump::pool_authority(pool.base_mint);
    const PumpCurve curve = pump_curve(pool.base_mint, pool.base_program, Pubkey{});
    return {pump::kProgram,
            {readonly(pump::global_address()),
             writable(pump_withdraw_authority()),
             readonly(pool.base_mint),
             writable(curve.curve),
             writable(curve.curve_tokens),
             solana::signer(user),
             readonly(solana::kSystemProgram),
             readonly(solana::kTokenProgram),
             readonly(pumpswap::kProgram),
             writable(pool.pool),
             writable(authority),
             writable(derived_token_address(authority, pool.base_mint, pool.base_program)),
             writable(sol_account(authority)),
             readonly(pumpswap::global_config()),
             readonly(solana::kWrappedSolMint),
             writable(pool.lp_mint),
             writable(derived_token_address(authority, pool.lp_mint, solana::kToken2022Program)),
             writable(pool.base_vault),
             writable(pool.quote_vault),
             readonly(solana::kToken2022Program),
             readonly(solana::kAssociatedTokenProgram),
             readonly(pumpswap::event_authority()),
             readonly(pump::event_authority()),
             readonly(pump::kProgram)},
            {kMigrate.begin(), kMigrate.end()}};
}

solana::Instruction pumpswap_create(const PumpPool& pool, const PumpPoolDeposit& deposit) {
    const auto account = [&](const Pubkey& mint, const Pubkey& program) {
        return writable(derived_token_address(pool.creator, mint, program));
    };
    solana::Instruction create{
        pumpswap::kProgram,
        {writable(pool.pool), readonly(pumpswap::global_config()), writable_signer(pool.creator),
         readonly(pool.base_mint), readonly(pool.quote_mint), writable(pool.lp_mint),
         account(pool.base_mint, pool.base_program), account(pool.quote_mint, pool.quote_program),
         account(pool.lp_mint, solana::kToken2022Program), writable(pool.base_vault),
         writable(pool.quote_vault), readonly(solana::kSystemProgram),
         readonly(solana::kToken2022Program), readonly(pool.base_program),
         readonly(pool.quote_program), readonly(solana::kAssociatedTokenProgram),
         readonly(pumpswap::event_authority()), readonly(pumpswap::kProgram)},
        {kSwapCreate.begin(), kSwapCreate.end()}};
    append_le(create.data, pool.index);
    append_le(create.data, deposit.base);
    append_le(create.data, deposit.quote);
    append(create.data, pool.coin_creator.bytes);
    create.data.push_back(pool.is_mayhem ? 1 : 0);
    create.data.push_back(pool.is_cashback ? 1 : 0);
    return create;
}

solana::Instruction pumpswap_buy(const PumpPool& pool, const PumpSwapTrade& trade) {
    return swap_trade(pool, trade, TradeKind::BuyTokens);
}
solana::Instruction pumpswap_buy_quote(const PumpPool& pool, const PumpSwapTrade& trade) {
    return swap_trade(pool, trade, TradeKind::BuyQuote);
}
solana::Instruction pumpswap_sell(const PumpPool& pool, const PumpSwapTrade& trade) {
    return swap_trade(pool, trade, TradeKind::Sell);
}

}  // namespace sniperforge::sim
