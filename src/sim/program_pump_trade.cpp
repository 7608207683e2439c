// SPDX-License-Identifier: MIT
// pump.fun buy, buy_exact_sol_in and sell, and buy_v2, buy_exact_quote_in_v2 and sell_v2 of coins
// that are quoted in SOL. Source: protocol amm-pump sections 2 to 4; the order of the payments is
// that of recorded trades.
#include "sim/derived.hpp"
#include "sim/program_pump_events.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::pump {
namespace {

// Own units, without what the called programs take. Recorded: 71,354 units of a buy, of which calls
// and events are about 18,000.
constexpr std::uint64_t kTradeUnits = 53'000;
constexpr std::size_t kNone = ~std::size_t{0};

// Where the accounts of the trade's forms stand.
struct Accounts {
    std::size_t global = 0, fee_recipient = 1, mint = 2, curve = 3, curve_tokens = 4,
                user_tokens = 5, user = 6, creator_vault = 9, token_program = 8,
                event_authority = 10, program = 11, global_accumulator = kNone, accumulator = kNone,
                fee_config = 14, fee_program = 15, curve_v2 = kNone, buyback = kNone;
};

Executed<Accounts> legacy_accounts(Invocation& call, TradeKind kind) {
    Accounts at;
    std::size_t next = 16;
    if (kind == TradeKind::Sell) {
        at.creator_vault = 8;
        at.token_program = 9;
        at.fee_config = 12;
        at.fee_program = 13;
        next = 14;
    } else {
        at.global_accumulator = 12;
        at.accumulator = 13;
    }
    if (call.size() < next) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    const bool is_cashback =
        field<std::uint8_t>(call.account(at.curve).data, curve::kIsCashback) != 0;
    if (kind == TradeKind::Sell && is_cashback) {
        if (call.size() < next + 3) {
            return anchor::fail(call, kCashbackAccountsMissing);
        }
        at.accumulator = next++;
    }
    if (call.size() < next + 2) {
        return anchor::fail(call, kBuybackRecipientMissing);
    }
    at.curve_v2 = next;
    at.buyback = next + 1;
    return at;
}

// The quote side's associated accounts may be anything: SOL coins move lamports.
Executed<Accounts> v2_accounts(Invocation& call, TradeKind kind) {
    const bool is_sell = kind == TradeKind::Sell;
    // A sell leaves out the global volume accumulator (19).
    const std::size_t tail = is_sell ? 19 : 20;
    if (call.size() < tail + 7) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    if (call.key(2) != solana::kWrappedSolMint) {
        return anchor::fail(call, kUnsupportedQuoteMint);
    }
    if (auto shared = anchor::check_seeds(call, 18, sharing_config(call.key(1)), "sharing_config");
        !shared) {
        return InstructionFailure{std::move(shared).error()};
    }
    Accounts at;
    at.mint = 1;
    at.token_program = 3;
    at.fee_recipient = 6;
    at.buyback = 8;
    at.curve = 10;
    at.curve_tokens = 11;
    at.user = 13;
    at.user_tokens = 14;
    at.creator_vault = 16;
    at.global_accumulator = is_sell ? kNone : 19;
    at.accumulator = tail;
    at.fee_config = tail + 2;
    at.fee_program = tail + 3;
    at.event_authority = tail + 5;
    at.program = tail + 6;
    return at;
}

ProgramResult check_recipients(Invocation& call, const Accounts& at) {
    const Bytes& settings = call.account(at.global).data;
    const bool is_mayhem = field<std::uint8_t>(call.account(at.curve).data, curve::kIsMayhem) != 0;
    const Pubkey& recipient = call.key(at.fee_recipient);
    const std::size_t first = is_mayhem ? global::kReservedRecipient : global::kFeeRecipient;
    const std::size_t further = is_mayhem ? global::kReservedRecipients : global::kFeeRecipients;
    if (key_field(settings, first) != recipient &&
        !has_key(settings, further, global::kFurtherRecipients, recipient)) {
        return anchor::fail(call, kNotAuthorized, "fee_recipient");
    }
    if (!has_key(settings, global::kBuybackRecipients, global::kBuybackRecipientCount,
                 call.key(at.buyback))) {
        return anchor::fail(call, kBuybackRecipientWrong);
    }
    SF_SIM_TRY(anchor::check_writable(call, at.fee_recipient, "fee_recipient"));
    return anchor::check_writable(call, at.buyback, "buyback_fee_recipient");
}

ProgramResult check_accounts(Invocation& call, const Accounts& at) {
    SF_SIM_TRY(check_global(call, at.global));
    SF_SIM_TRY(anchor::check_mint(call, at.mint, "mint"));
    SF_SIM_TRY(
        anchor::check_state(call, at.curve, kCurveDiscriminator, kCurveBytesMin, "bonding_curve"));
    const Pubkey mint = call.key(at.mint);
    SF_SIM_TRY(anchor::check_seeds(call, at.curve, curve_address(mint), "bonding_curve"));
    SF_SIM_TRY(anchor::check_writable(call, at.curve, "bonding_curve"));
    SF_SIM_TRY(anchor::check_program(call, at.token_program, call.account(at.mint).owner,
                                     "token_program"));
    SF_SIM_TRY(anchor::check_address(
        call, at.curve_tokens,
        derived_token_address(call.key(at.curve), mint, call.key(at.token_program)),
        "associated_bonding_curve"));
    SF_SIM_TRY(
        anchor::check_token_account(call, at.curve_tokens, mint, "associated_bonding_curve"));
    SF_SIM_TRY(anchor::check_token_account(call, at.user_tokens, mint, "associated_user"));
    SF_SIM_TRY(anchor::check_signer(call, at.user, "user"));
    SF_SIM_TRY(anchor::check_writable(call, at.user, "user"));
    const Pubkey creator = key_field(call.account(at.curve).data, curve::kCreator);
    SF_SIM_TRY(
        anchor::check_seeds(call, at.creator_vault, creator_vault(creator), "creator_vault"));
    SF_SIM_TRY(anchor::check_writable(call, at.creator_vault, "creator_vault"));
    SF_SIM_TRY(anchor::check_seeds(call, at.event_authority, event_authority(), "event_authority"));
    SF_SIM_TRY(anchor::check_program(call, at.program, kProgram, "program"));
    SF_SIM_TRY(
        anchor::check_seeds(call, at.fee_config, fee_config_address(kProgram), "fee_config"));
    SF_SIM_TRY(anchor::check_program(call, at.fee_program, kFeeProgram, "fee_program"));
    if (at.global_accumulator != kNone) {
        SF_SIM_TRY(anchor::check_seeds(call, at.global_accumulator, global_volume_accumulator(),
                                       "global_volume_accumulator"));
    }
    if (at.accumulator != kNone) {
        SF_SIM_TRY(anchor::check_seeds(call, at.accumulator,
                                       user_volume_accumulator(call.key(at.user), kProgram),
                                       "user_volume_accumulator"));
        SF_SIM_TRY(anchor::check_writable(call, at.accumulator, "user_volume_accumulator"));
    }
    if (at.curve_v2 != kNone && call.key(at.curve_v2) != curve_v2_address(mint)) {
        return anchor::fail(call, kCurveV2Wrong);
    }
    return check_recipients(call, at);
}

Executed<FeeRates> rates_for(Invocation& call, const Accounts& at, std::uint64_t trade_size) {
    const Bytes state = call.account(at.curve).data;
    const Bytes settings = call.account(at.global).data;
    // A mayhem coin's supply is no longer what it was born with: its mint knows.
    const bool is_mayhem = field<std::uint8_t>(state, curve::kIsMayhem) != 0;
    const std::uint64_t supply =
        is_mayhem ? read_le<std::uint64_t>(call.account(at.mint).data, token::kSupply)
                  : field<std::uint64_t>(state, curve::kSupply);
    const CurveReserves reserves = reserves_of(state);
    auto rates = ask_fees(
        call, {call.key(at.fee_config), kProgram, true,
               market_cap(reserves.virtual_quote, reserves.virtual_token, supply), trade_size});
    if (!rates) {
        return rates;
    }
    apply({field<std::uint64_t>(state, curve::kCreatorFeeBps),
           field<std::uint8_t>(settings, global::kIsCreatorFeeConfigurable) != 0,
           key_field(state, curve::kCreator)},
          *rates);
    rates->lp = 0;  // A curve has no liquidity providers.
    return rates;
}

// What is traded, checked against the caller's bound.
Executed<Trade> price(Invocation& call, const Accounts& at, const Wanted& wanted,
                      const FeeRates& rates) {
    const CurveReserves reserves = reserves_of(call.account(at.curve).data);
    const bool is_sell = wanted.kind == TradeKind::Sell;
    const auto trade = wanted.kind == TradeKind::BuyTokens
                           ? curve_buy_tokens(reserves, wanted.amount, rates)
                       : is_sell ? curve_sell(reserves, wanted.amount, rates)
                                 : curve_buy_quote(reserves, wanted.amount, rates);
    if (!trade || (is_sell && trade->quote > reserves.real_quote)) {
        return anchor::fail(call, is_sell ? kNotEnoughTokensToSell : kNotEnoughTokensToBuy);
    }
    switch (wanted.kind) {
        case TradeKind::BuyTokens:
            if (trade->user_quote > wanted.limit) {
                return anchor::fail(call, kTooMuchSolRequired);
            }
            break;
        case TradeKind::BuyQuote:
            if (trade->tokens < wanted.limit) {
                return anchor::fail(call, kTooFewTokensOut);
            }
            break;
        case TradeKind::Sell:
            if (trade->user_quote < wanted.limit) {
                return anchor::fail(call, kTooLittleSolReceived);
            }
            break;
    }
    return *trade;
}

ProgramResult move_tokens(Invocation& call, const Accounts& at, const Trade& trade, bool is_sell) {
    const Pubkey curve_key = call.key(at.curve);
    const Pubkey curve_tokens = call.key(at.curve_tokens);
    const Pubkey user_tokens = call.key(at.user_tokens);
    anchor::TokenTransfer transfer{call.key(at.token_program),
                                   is_sell ? user_tokens : curve_tokens,
                                   call.key(at.mint),
                                   is_sell ? curve_tokens : user_tokens,
                                   is_sell ? call.key(at.user) : curve_key,
                                   trade.tokens,
                                   call.account(at.mint).data[token::kDecimals]};
    return anchor::transfer_tokens(call, transfer, {&curve_key, 1});
}

// Where the creator's fee goes: his vault, or back to the user of a cashback coin.
std::size_t creator_share(Invocation& call, const Accounts& at) {
    const bool is_cashback =
        field<std::uint8_t>(call.account(at.curve).data, curve::kIsCashback) != 0;
    return is_cashback && at.accumulator != kNone ? at.accumulator : at.creator_vault;
}

ProgramResult pay_for_buy(Invocation& call, const Accounts& at, const Trade& trade,
                          std::uint64_t buyback) {
    const Pubkey user = call.key(at.user);
    for (const auto& [to, amount] :
         {std::pair{creator_share(call, at), trade.fees.creator}, std::pair{at.curve, trade.quote},
          std::pair{at.buyback, buyback},
          std::pair{at.fee_recipient, trade.fees.protocol - buyback}}) {
        SF_SIM_TRY(anchor::transfer_lamports(call, {user, call.key(to), amount}));
    }
    return {};
}

// The curve is the program's own account: its lamports move without a call.
ProgramResult pay_for_sell(Invocation& call, const Accounts& at, const Trade& trade,
                           std::uint64_t buyback) {
    SF_SIM_TRY(call.debit(at.curve, trade.quote));
    SF_SIM_TRY(call.credit(at.user, trade.user_quote));
    SF_SIM_TRY(call.credit(creator_share(call, at), trade.fees.creator));
    SF_SIM_TRY(call.credit(at.buyback, buyback));
    return call.credit(at.fee_recipient, trade.fees.protocol - buyback);
}

ProgramResult book(Invocation& call, const Accounts& at, const Trade& trade, bool is_sell) {
    CurveReserves reserves = reserves_of(call.account(at.curve).data);
    auto state = call.data_of(at.curve);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    if (is_sell) {
        write_le(*state, curve::kVirtualToken, reserves.virtual_token + trade.tokens);
        write_le(*state, curve::kVirtualQuote, reserves.virtual_quote - trade.quote);
        write_le(*state, curve::kRealToken, reserves.real_token + trade.tokens);
        write_le(*state, curve::kRealQuote, reserves.real_quote - trade.quote);
        return {};
    }
    write_le(*state, curve::kVirtualToken, reserves.virtual_token - trade.tokens);
    write_le(*state, curve::kVirtualQuote, reserves.virtual_quote + trade.quote);
    write_le(*state, curve::kRealToken, reserves.real_token - trade.tokens);
    write_le(*state, curve::kRealQuote, reserves.real_quote + trade.quote);
    (*state)[curve::kComplete] = reserves.real_token == trade.tokens ? 1 : 0;
    return {};
}

std::string_view name_in_event(TradeKind kind, bool is_v2) {
    if (kind == TradeKind::BuyQuote) {
        return is_v2 ? "buy_exact_quote_in" : "buy_exact_sol_in";
    }
    return kind == TradeKind::Sell ? "sell" : "buy";
}

}  // namespace

CurveReserves reserves_of(BytesView data) {
    return {field<std::uint64_t>(data, curve::kVirtualToken),
            field<std::uint64_t>(data, curve::kVirtualQuote),
            field<std::uint64_t>(data, curve::kRealToken),
            field<std::uint64_t>(data, curve::kRealQuote)};
}

Executed<Wanted> read_arguments(Invocation& call, TradeKind kind, const anchor::Fault& zero) {
    ByteReader reader{call.data().subspan(8)};
    Wanted wanted{kind, reader.read<std::uint64_t>(), reader.read<std::uint64_t>()};
    if (!reader.ok()) {
        return anchor::fail(call, anchor::kInstructionDidNotDeserialize);
    }
    // OptionBool, which older callers leave out.
    if (kind != TradeKind::Sell && reader.remaining() > 0) {
        wanted.is_volume_tracked = reader.read<std::uint8_t>() != 0;
    }
    if (wanted.amount == 0) {
        return anchor::fail(call, zero);
    }
    return wanted;
}

void apply(const CreatorRate& rate, FeeRates& rates) {
    if (rate.own > 0 && rate.is_configurable) {
        rates.creator = rate.own;
    }
    if (rate.creator.is_zero()) {
        rates.creator = 0;
    }
}

ProgramResult trade(Invocation& call, TradeKind kind, bool is_v2) {
    SF_SIM_TRY(call.consume(kTradeUnits));
    const auto at = is_v2 ? v2_accounts(call, kind) : legacy_accounts(call, kind);
    if (!at) {
        return InstructionFailure{at.error()};
    }
    const auto wanted =
        read_arguments(call, kind, kind == TradeKind::Sell ? kSellZeroAmount : kBuyZeroAmount);
    if (!wanted) {
        return InstructionFailure{wanted.error()};
    }
    SF_SIM_TRY(check_accounts(call, *at));
    if (call.account(at->curve).data[curve::kComplete] != 0) {
        return anchor::fail(call, kCurveComplete);
    }
    const auto rates = rates_for(call, *at, wanted->amount);
    if (!rates) {
        return InstructionFailure{rates.error()};
    }
    const auto done = price(call, *at, *wanted, *rates);
    if (!done) {
        return InstructionFailure{done.error()};
    }
    const bool is_sell = kind == TradeKind::Sell;
    const auto buyback_bps =
        field<std::uint64_t>(call.account(at->global).data, global::kBuybackBps);
    const auto buyback = mul_div_floor(done->fees.protocol, buyback_bps, 10'000).value_or(0);
    SF_SIM_TRY(move_tokens(call, *at, *done, is_sell));
    SF_SIM_TRY(is_sell ? pay_for_sell(call, *at, *done, buyback)
                       : pay_for_buy(call, *at, *done, buyback));
    SF_SIM_TRY(book(call, *at, *done, is_sell));
    const Bytes state = call.account(at->curve).data;
    const TradeEvent event{call.key(at->mint),
                           call.key(at->user),
                           call.key(at->fee_recipient),
                           name_in_event(kind, is_v2),
                           *done,
                           *rates,
                           !is_sell,
                           wanted->is_volume_tracked,
                           call.clock().unix_time,
                           buyback_bps,
                           buyback};
    const Pubkey authority = call.key(at->event_authority);
    SF_SIM_TRY(anchor::emit(call, authority, encode(event, state)));
    if (state[curve::kComplete] == 0) {
        return {};
    }
    return anchor::emit(call, authority,
                        encode(CompleteEvent{call.key(at->user), call.key(at->mint),
                                             call.key(at->curve), call.clock().unix_time}));
}

}  // namespace sniperforge::sim::pump
