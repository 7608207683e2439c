// SPDX-License-Identifier: MIT
// PumpSwap buy, buy_exact_quote_in and sell. Source: protocol amm-pump section 6.
#include "sim/derived.hpp"
#include "sim/program_pump.hpp"
#include "sim/program_pumpswap.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::pumpswap {
namespace {

// Own units, without what the called programs take.
constexpr std::uint64_t kTradeUnits = 60'000;
constexpr std::size_t kNone = ~std::size_t{0};

enum Index : std::size_t {
    kPool,
    kUser,
    kConfig,
    kBaseMint,
    kQuoteMint,
    kUserBase,
    kUserQuote,
    kPoolBase,
    kPoolQuote,
    kProtocolRecipient,
    kProtocolAccount,
    kBaseProgram,
    kQuoteProgram,
    kSystem,
    kAssociated,
    kEventAuthority,
    kItself,
    kCreatorAccount,
    kCreatorAuthority,
    kSellFeeConfig,
    kSellFeeProgram,
    kSellCount,
    kBuyFeeConfig = 21,
    kBuyFeeProgram,
    kBuyCount,
};

// Accounts whose places depend on the form and the coin.
struct Tail {
    std::size_t fee_config = 0, fee_program = 0, cashback_account = kNone, accumulator = kNone,
                pool_v2 = kNone, buyback = 0, buyback_account = 0;
};

bool is_cashback(BytesView state) {
    return pump::field<std::uint8_t>(state, pool::kIsCashback) != 0;
}
Pubkey coin_creator(BytesView state) { return pump::key_field(state, pool::kCoinCreator); }

Executed<Tail> tail_of(Invocation& call, bool is_sell) {
    Tail at;
    at.fee_config = is_sell ? kSellFeeConfig : kBuyFeeConfig;
    at.fee_program = is_sell ? kSellFeeProgram : kBuyFeeProgram;
    std::size_t next = is_sell ? kSellCount : kBuyCount;
    const Bytes& state = call.account(kPool).data;
    const std::size_t cashback = is_cashback(state) ? (is_sell ? 2 : 1) : 0;
    if (call.size() < next + cashback) {
        return anchor::fail(call, kCashbackAccountsWrong);
    }
    if (cashback > 0) {
        at.cashback_account = next++;
    }
    at.accumulator = is_sell ? (cashback > 0 ? next++ : kNone) : 20;
    if (!coin_creator(state).is_zero()) {
        at.pool_v2 = next++;
    }
    if (call.size() < next + 2) {
        return anchor::fail(call, kBuybackRecipientMissing);
    }
    at.buyback = next;
    at.buyback_account = next + 1;
    return at;
}

// Tokens of `owner` in the associated account at `index`.
ProgramResult check_associated(Invocation& call, std::size_t index, const Pubkey& owner,
                               std::string_view name) {
    const Pubkey mint = call.key(kQuoteMint);
    SF_SIM_TRY(anchor::check_seeds(
        call, index, derived_token_address(owner, mint, call.key(kQuoteProgram)), name));
    return anchor::check_token_account(call, index, mint, name);
}

ProgramResult check_pool(Invocation& call) {
    SF_SIM_TRY(anchor::check_state(call, kPool, kPoolDiscriminator, kPoolBytesMin, "pool"));
    SF_SIM_TRY(anchor::check_writable(call, kPool, "pool"));
    SF_SIM_TRY(anchor::check_signer(call, kUser, "user"));
    SF_SIM_TRY(check_config(call, kConfig));
    const Bytes& state = call.account(kPool).data;
    for (const auto& [index, offset, name] :
         {std::tuple{kBaseMint, pool::kBaseMint, "base_mint"},
          std::tuple{kQuoteMint, pool::kQuoteMint, "quote_mint"},
          std::tuple{kPoolBase, pool::kBaseVault, "pool_base_token_account"},
          std::tuple{kPoolQuote, pool::kQuoteVault, "pool_quote_token_account"}}) {
        SF_SIM_TRY(anchor::check_address(call, index, anchor::key_at(state, offset), name));
    }
    SF_SIM_TRY(anchor::check_mint(call, kBaseMint, "base_mint"));
    SF_SIM_TRY(anchor::check_mint(call, kQuoteMint, "quote_mint"));
    const Pubkey base = call.key(kBaseMint);
    const Pubkey quote = call.key(kQuoteMint);
    SF_SIM_TRY(anchor::check_token_account(call, kUserBase, base, "user_base_token_account"));
    SF_SIM_TRY(anchor::check_token_account(call, kUserQuote, quote, "user_quote_token_account"));
    SF_SIM_TRY(anchor::check_token_account(call, kPoolBase, base, "pool_base_token_account"));
    SF_SIM_TRY(anchor::check_token_account(call, kPoolQuote, quote, "pool_quote_token_account"));
    SF_SIM_TRY(anchor::check_program(call, kBaseProgram, call.account(kBaseMint).owner,
                                     "base_token_program"));
    SF_SIM_TRY(anchor::check_program(call, kQuoteProgram, call.account(kQuoteMint).owner,
                                     "quote_token_program"));
    SF_SIM_TRY(anchor::check_seeds(call, kEventAuthority, event_authority(), "event_authority"));
    return anchor::check_program(call, kItself, kProgram, "program");
}

ProgramResult check_fee_accounts(Invocation& call, const Tail& at) {
    const Bytes& state = call.account(kPool).data;
    const Bytes& settings = call.account(kConfig).data;
    const bool is_mayhem = pump::field<std::uint8_t>(state, pool::kIsMayhem) != 0;
    const Pubkey recipient = call.key(kProtocolRecipient);
    const bool is_known =
        is_mayhem ? pump::key_field(settings, config::kReservedRecipient) == recipient ||
                        pump::has_key(settings, config::kReservedRecipients, config::kReservedCount,
                                      recipient)
                  : pump::has_key(settings, config::kProtocolRecipients, config::kRecipientCount,
                                  recipient);
    if (!is_known) {
        return anchor::fail(call, anchor::kConstraintRaw, "protocol_fee_recipient");
    }
    SF_SIM_TRY(check_associated(call, kProtocolAccount, recipient,
                                "protocol_fee_recipient_token_account"));
    SF_SIM_TRY(anchor::check_seeds(call, kCreatorAuthority,
                                   creator_vault_authority(coin_creator(state)),
                                   "coin_creator_vault_authority"));
    if (!coin_creator(state).is_zero()) {
        SF_SIM_TRY(check_associated(call, kCreatorAccount, call.key(kCreatorAuthority),
                                    "coin_creator_vault_ata"));
    }
    if (!pump::has_key(settings, config::kBuybackRecipients, config::kRecipientCount,
                       call.key(at.buyback))) {
        return anchor::fail(call, kBuybackRecipientWrong);
    }
    return check_associated(call, at.buyback_account, call.key(at.buyback),
                            "buyback_fee_recipient_token_account");
}

ProgramResult check_tail(Invocation& call, const Tail& at, bool is_sell) {
    SF_SIM_TRY(
        anchor::check_seeds(call, at.fee_config, pump::fee_config_address(kProgram), "fee_config"));
    SF_SIM_TRY(anchor::check_program(call, at.fee_program, pump::kFeeProgram, "fee_program"));
    const Pubkey accumulator = pump::user_volume_accumulator(call.key(kUser), kProgram);
    if (!is_sell) {
        SF_SIM_TRY(anchor::check_seeds(call, 19, global_volume_accumulator(),
                                       "global_volume_accumulator"));
    }
    if (at.accumulator != kNone) {
        SF_SIM_TRY(
            anchor::check_seeds(call, at.accumulator, accumulator, "user_volume_accumulator"));
    }
    if (at.cashback_account != kNone) {
        SF_SIM_TRY(check_associated(call, at.cashback_account, accumulator,
                                    "user_volume_accumulator_quote"));
    }
    if (at.pool_v2 != kNone && call.key(at.pool_v2) != pool_v2_address(call.key(kBaseMint))) {
        return anchor::fail(call, kPoolV2Wrong);
    }
    return check_fee_accounts(call, at);
}

std::uint64_t held(Invocation& call, std::size_t index) {
    return token::amount(call.account(index).data);
}

pump::PoolReserves reserves_of(Invocation& call) {
    return {held(call, kPoolBase), held(call, kPoolQuote),
            pump::field<i128>(call.account(kPool).data, pool::kVirtualQuote)};
}

std::uint64_t base_supply(Invocation& call) {
    constexpr std::uint64_t kBornWith = 1'000'000'000'000'000;
    const bool is_mayhem =
        pump::field<std::uint8_t>(call.account(kPool).data, pool::kIsMayhem) != 0;
    return is_mayhem ? kBornWith
                     : read_le<std::uint64_t>(call.account(kBaseMint).data, token::kSupply);
}

Executed<pump::FeeRates> rates_for(Invocation& call, const Tail& at, std::uint64_t trade_size) {
    const Bytes state = call.account(kPool).data;
    const pump::PoolReserves reserves = reserves_of(call);
    const u128 cap =
        pump::market_cap(reserves.priced_quote().value_or(0), reserves.base, base_supply(call));
    auto rates = pump::ask_fees(
        call, {call.key(at.fee_config), kProgram, is_canonical(name_of(state)), cap, trade_size});
    if (!rates) {
        return rates;
    }
    pump::apply(
        {pump::field<std::uint64_t>(state, pool::kCreatorFeeBps),
         call.account(kConfig).data[config::kIsCreatorFeeConfigurable] != 0, coin_creator(state)},
        *rates);
    return rates;
}

// What is traded, checked against the caller's bound.
Executed<pump::Trade> price(Invocation& call, const pump::Wanted& wanted,
                            const pump::FeeRates& rates) {
    const pump::PoolReserves reserves = reserves_of(call);
    switch (wanted.kind) {
        case TradeKind::BuyTokens: {
            const auto trade = pump::pool_buy_base(reserves, wanted.amount, rates);
            if (!trade) {
                return anchor::fail(call, kMoreThanReserves);
            }
            if (trade->user_quote > wanted.limit) {
                return anchor::fail(call, kExceededSlippage);
            }
            return *trade;
        }
        case TradeKind::BuyQuote: {
            const auto trade = pump::pool_buy_quote(reserves, wanted.amount, rates);
            if (!trade) {
                return anchor::fail(call, kZeroBaseAmount);
            }
            if (trade->tokens < wanted.limit) {
                return anchor::fail(call, kTooFewBaseOut);
            }
            return *trade;
        }
        case TradeKind::Sell:
            break;
    }
    const auto trade = pump::pool_sell(reserves, wanted.amount, rates);
    if (!trade) {
        return anchor::fail(call, kRealQuoteTooLow);
    }
    if (trade->user_quote < wanted.limit) {
        return anchor::fail(call, kExceededSlippage);
    }
    return *trade;
}

struct Payment {
    std::size_t to = 0;
    std::uint64_t amount = 0;
};

// Base one way and quote the other, the fees to their receivers; the LP fee is the pool's.
ProgramResult settle(Invocation& call, const Tail& at, const pump::Trade& trade, bool is_sell,
                     std::uint64_t buyback) {
    const Pubkey pool_key = call.key(kPool);
    const Pubkey payer = is_sell ? pool_key : call.key(kUser);
    const anchor::Signers signer{&pool_key, 1};
    SF_SIM_TRY(anchor::transfer_tokens(
        call,
        {call.key(kBaseProgram), call.key(is_sell ? kUserBase : kPoolBase), call.key(kBaseMint),
         call.key(is_sell ? kPoolBase : kUserBase), is_sell ? call.key(kUser) : pool_key,
         trade.tokens, call.account(kBaseMint).data[token::kDecimals]},
        signer));
    const std::size_t creator_to =
        at.cashback_account == kNone ? std::size_t{kCreatorAccount} : at.cashback_account;
    const Payment main = is_sell ? Payment{kUserQuote, trade.user_quote}
                                 : Payment{kPoolQuote, trade.quote + trade.fees.lp};
    for (const Payment& payment :
         {main, Payment{kProtocolAccount, trade.fees.protocol - buyback},
          Payment{at.buyback_account, buyback}, Payment{creator_to, trade.fees.creator}}) {
        SF_SIM_TRY(anchor::transfer_tokens(
            call,
            {call.key(kQuoteProgram), call.key(is_sell ? kPoolQuote : kUserQuote),
             call.key(kQuoteMint), call.key(payment.to), payer, payment.amount,
             call.account(kQuoteMint).data[token::kDecimals]},
            signer));
    }
    return {};
}

// Everything that the event tells about the time before the trade.
TradeEvent event_before(Invocation& call, const pump::Wanted& wanted) {
    const Bytes& state = call.account(kPool).data;
    TradeEvent event;
    event.kind = wanted.kind;
    event.amount_limit = wanted.kind == TradeKind::BuyQuote ? wanted.amount : wanted.limit;
    event.base_min = wanted.kind == TradeKind::BuyQuote ? wanted.limit : wanted.amount;
    event.user_base = held(call, kUserBase);
    event.user_quote = held(call, kUserQuote);
    event.pool_base = held(call, kPoolBase);
    event.pool_quote = held(call, kPoolQuote);
    event.pool = call.key(kPool);
    event.user = call.key(kUser);
    event.user_base_account = call.key(kUserBase);
    event.user_quote_account = call.key(kUserQuote);
    event.protocol_recipient = call.key(kProtocolRecipient);
    event.protocol_account = call.key(kProtocolAccount);
    event.coin_creator = coin_creator(state);
    event.timestamp = call.clock().unix_time;
    event.is_volume_tracked = wanted.is_volume_tracked;
    event.is_cashback = is_cashback(state);
    event.virtual_quote = pump::field<i128>(state, pool::kVirtualQuote);
    event.can_boost = call.account(kConfig).data[config::kIsBoostEnabled] != 0;
    event.base_supply = base_supply(call);
    return event;
}

}  // namespace

ProgramResult trade(Invocation& call, TradeKind kind) {
    SF_SIM_TRY(call.consume(kTradeUnits));
    const bool is_sell = kind == TradeKind::Sell;
    if (call.size() < (is_sell ? kSellCount : kBuyCount)) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    const auto wanted = pump::read_arguments(
        call, kind, kind == TradeKind::BuyQuote ? kZeroQuoteAmount : kZeroBaseAmount);
    if (!wanted) {
        return InstructionFailure{wanted.error()};
    }
    SF_SIM_TRY(check_pool(call));
    const auto at = tail_of(call, is_sell);
    if (!at) {
        return InstructionFailure{at.error()};
    }
    SF_SIM_TRY(check_tail(call, *at, is_sell));
    const std::uint8_t off = call.account(kConfig).data[config::kDisableFlags];
    if ((off & (is_sell ? config::kSellOff : config::kBuyOff)) != 0) {
        return anchor::fail(call, is_sell ? kSellOff : kBuyOff);
    }
    const auto rates = rates_for(call, *at, wanted->amount);
    if (!rates) {
        return InstructionFailure{rates.error()};
    }
    const auto done = price(call, *wanted, *rates);
    if (!done) {
        return InstructionFailure{done.error()};
    }
    TradeEvent event = event_before(call, *wanted);
    event.trade = *done;
    event.rates = *rates;
    event.buyback_bps = pump::field<std::uint64_t>(call.account(kConfig).data, config::kBuybackBps);
    event.buyback_fee = mul_div_floor(done->fees.protocol, event.buyback_bps, 10'000).value_or(0);
    SF_SIM_TRY(settle(call, *at, *done, is_sell, event.buyback_fee));
    return anchor::emit(call, call.key(kEventAuthority), encode(event));
}

}  // namespace sniperforge::sim::pumpswap
