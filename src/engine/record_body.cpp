// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "sniperforge/core/json_text.hpp"
#include "sniperforge/engine/recorder.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] std::string body(const RunNote& note) {
    return fmt::format(R"({{"text":"{}"}})", json_escaped(note.text));
}

// Before and after as they stand in a settings file.
[[nodiscard]] std::string body(const SettingsChanged& item) {
    std::string changes;
    for (const config::SettingChange& change : item.changes) {
        changes +=
            fmt::format(R"({}{{"key":"{}","before":"{}","after":"{}","is_looser":{}}})",
                        changes.empty() ? "" : ",", json_escaped(change.key),
                        json_escaped(change.before), json_escaped(change.after), change.is_looser);
    }
    return fmt::format(R"({{"event":"settings_changed","config_sha256":"{}","changes":[{}]}})",
                       item.config_sha256, changes);
}

// Where it is known what became of a pool's LP tokens: both parts apart, and where they are seen.
[[nodiscard]] std::string lp_of(const std::optional<detect::SafetyFinding>& finding) {
    if (!finding || !finding->lp) {
        return {};
    }
    const auto account_of = [](const Pubkey& key) {
        return key.is_zero() ? std::string{"null"} : fmt::format(R"("{}")", key.to_string());
    };
    const detect::LpEvidence& lp = *finding->lp;
    return fmt::format(R"(,"lp":{{"burnt_bps":{},"burnt_mint":{},"locked_bps":{},"locker":"{}",)"
                       R"("locked_account":{},"read_in_slot":{},"age_slots":{}}})",
                       lp.burnt.raw(), account_of(lp.burnt_mint), lp.locked.raw(),
                       to_string(lp.locker), account_of(lp.locked_account), finding->slot.value,
                       finding->age);
}

[[nodiscard]] std::string creator_of(const detect::SafetyFinding& finding) {
    if (!finding.creator) {
        return {};
    }
    const detect::CreatorPast& past = *finding.creator;
    return fmt::format(R"(,"creator":{{"launches":{},"emptied":{},"dumped":{},"first_slot":{},)"
                       R"("last_slot":{}}})",
                       past.launches, past.emptied, past.dumped, past.first.slot.value,
                       past.last.slot.value);
}

// What refused a round trip, or why nobody tried it.
[[nodiscard]] std::string problem_of(const detect::SafetyFinding& finding) {
    return finding.problem.empty()
               ? std::string{}
               : fmt::format(R"(,"problem":"{}")", json_escaped(finding.problem));
}

[[nodiscard]] std::string body(const TokenVerdict& verdict) {
    const std::string begin =
        fmt::format(R"({{"event":"token_judged","mint":"{}","slot":{},"is_safe":{})",
                    verdict.note.mint.to_string(), verdict.slot.value, !verdict.note.refused);
    const std::string lp = lp_of(verdict.note.lp);
    if (!verdict.note.refused) {
        return begin + lp + "}";
    }
    const detect::SafetyFinding& finding = *verdict.note.refused;
    return begin +
           fmt::format(
               R"(,"code":"{}","outcome":"{}","value":{},"limit":{},"read_in_slot":{}{}{}{}}})",
               to_string(finding.code), to_string(finding.outcome), finding.value, finding.limit,
               finding.slot.value, problem_of(finding), creator_of(finding), lp);
}

[[nodiscard]] std::string legs_of(const OrderIntent& intent) {
    std::string text;
    for (std::uint8_t i = 0; i < intent.leg_count; ++i) {
        const Leg& leg = intent.legs[i];
        text += fmt::format(R"({}{{"pool":{},"direction":"{}","amount_in":{},"amount_out":{}}})",
                            i == 0 ? "" : ",", leg.pool.value,
                            leg.direction == Direction::AToB ? "a_to_b" : "b_to_a",
                            leg.amount_in.raw(), leg.amount_out.raw());
    }
    return text;
}

[[nodiscard]] std::string names_of(const VenueSet& venues) {
    std::string text;
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        if (venues.has(venue)) {
            text += fmt::format(R"({}"{}")", text.empty() ? "" : ",", to_string(venue));
        }
    }
    return text;
}

// What not every order has.
[[nodiscard]] std::string seldom_of(const OrderIntent& intent) {
    if (intent.kind == OrderKind::Sweep) {
        return fmt::format(R"(,"token_program":"{}")", intent.token_program.to_string());
    }
    if (intent.bid.percent > 0) {
        return fmt::format(R"(,"bid_percent":{},"bid":{})", intent.bid.percent,
                           intent.bid.amount.raw());
    }
    return intent.part.number == 0
               ? std::string{}
               : fmt::format(R"(,"recipe":"{:016x}","part":{},"parts":{})", intent.part.recipe,
                             intent.part.number, intent.part.count);
}

[[nodiscard]] std::string body(const OrderIntent& intent) {
    return fmt::format(
        R"({{"intent":{},"strategy":"{}","kind":"{}","exit_reason":"{}","position":{},)"
        R"("mint_in":"{}","mint_out":"{}","amount_in":{},"receive_min":{},"spend_max":{},"cost_expected":{},)"
        R"("slippage_max_bps":{},"price_impact_bps":{},"pool":{},"pool_id":"{}","venues":[{}],"legs":[{}],)"
        R"("profit_expected":{},"pool_liquidity":{},"decided_at_slot":{},"slots_valid":{}{}}})",
        intent.intent_id.value, to_string(intent.strategy), to_string(intent.kind),
        to_string(intent.exit_reason), intent.position_id.value, intent.mint_in.to_string(),
        intent.mint_out.to_string(), intent.amount_in.raw(), intent.receive_min.raw(),
        intent.spend_max.raw(), intent.cost_expected.raw(), intent.slippage_max.raw(),
        intent.price_impact.raw(), intent.pool.value, intent.pool_id.to_string(),
        names_of(intent.venues), legs_of(intent), intent.profit_expected.raw(),
        intent.pool_liquidity.raw(), intent.decided_at.value, intent.slots_valid,
        seldom_of(intent));
}

[[nodiscard]] std::string body(const IntentDenied& item) {
    return fmt::format(R"({{"intent":{},"strategy":"{}","reason":"{}","detail":"{}"}})",
                       item.intent_id.value, to_string(item.strategy),
                       to_string(item.denial.reason), json_escaped(item.denial.detail));
}

template <typename Value>
[[nodiscard]] std::string number_or_null(const std::optional<Value>& value) {
    if constexpr (requires { value->raw(); }) {
        return value ? fmt::format("{}", value->raw()) : "null";
    } else {
        return value ? fmt::format("{}", *value) : "null";
    }
}

// What is not known is there as null: an entry whose size nothing was asked about is seen as one.
[[nodiscard]] std::string body(const IntentApproved& item) {
    std::string size;
    if (item.size) {
        size = fmt::format(R"(,"size":{{"wanted":{},"volatility_millionths":{},)"
                           R"("volatility_cap":{},"results":{},"kelly_cap":{}}})",
                           item.size->wanted.raw(), number_or_null(item.size->volatility),
                           number_or_null(item.size->volatility_cap), item.size->results,
                           number_or_null(item.size->kelly_cap));
    }
    std::string funder;
    if (item.funder) {
        const std::string key = item.funder->key.is_zero()
                                    ? "null"
                                    : fmt::format(R"("{}")", item.funder->key.to_string());
        funder = fmt::format(R"(,"funder":{{"standing":"{}","key":{}}})",
                             to_string(item.funder->standing), key);
    }
    return fmt::format(R"({{"intent":{}{}{}}})", item.intent_id.value, size, funder);
}

// Of a path that is not open nothing is reckoned. Times are measured, so it is no decision.
[[nodiscard]] std::string body(const PathChoice& choice) {
    std::string costs;
    for (const PathCost& cost : choice.costs) {
        if (cost.standing == PathStanding::NotAllowed) {
            continue;
        }
        costs +=
            fmt::format(R"({}{{"path":"{}","standing":"{}","price":{},"fees":{},"latency_us":{},)"
                        R"("delay_millislots":{},"delay":{},"failing_permille":{},"total":{}}})",
                        costs.empty() ? "" : ",", to_string(cost.path), to_string(cost.standing),
                        cost.price.raw(), cost.fees.raw(), cost.latency_us, cost.delay_millislots,
                        cost.delay.raw(), cost.failing_permille, cost.total.raw());
    }
    return fmt::format(R"({{"event":"path_chosen","intent":{},"chosen":"{}","taken":"{}",)"
                       R"("notional":{},"slot_price":{},"paths":[{}]}})",
                       choice.intent_id.value, to_string(choice.chosen), to_string(choice.taken),
                       choice.notional.raw(), choice.slot_price.raw(), costs);
}

[[nodiscard]] std::string body(const OrderSigned& item) {
    const std::string lease =
        item.lease ? fmt::format(R"(,"nonce":"{}","nonce_value":"{}","nonce_slot":{})",
                                 item.lease->account.to_string(), item.lease->value.to_string(),
                                 item.lease->read_at.value)
                   : "";
    return fmt::format(R"({{"intent":{},"signature":"{}","last_valid_height":{}{}}})",
                       item.intent_id.value, item.signature.to_string(),
                       item.last_valid_height.value, lease);
}

[[nodiscard]] std::string members_of(const Fill& fill) {
    std::string tokens;
    for (const TokenChange& change : fill.tokens) {
        tokens += fmt::format(R"({}{{"mint":"{}","amount":{}}})", tokens.empty() ? "" : ",",
                              change.mint.to_string(), change.amount.raw());
    }
    const std::string venue_fees =
        fill.venue_fees ? fmt::format(R"("amm_fee":{},"transfer_fee":{},)",
                                      fill.venue_fees->amm.raw(), fill.venue_fees->transfer.raw())
                        : "";
    // Seldom: most swaps open no account of others, and everything is explained.
    std::string seldom;
    if (!fill.rent_of_others.is_zero()) {
        seldom += fmt::format(R"("rent_of_others":{},)", fill.rent_of_others.raw());
    }
    if (fill.unexplained != LamportsDelta{}) {
        seldom += fmt::format(R"("unexplained":{},)", fill.unexplained.raw());
    }
    return fmt::format(R"("wallet":{},"base_fee":{},"priority_fee":{},"tip":{},"rent_paid":{},)"
                       R"("rent_refunded":{},{}{}"tokens":[{}])",
                       fill.wallet.raw(), fill.base_fee.raw(), fill.priority_fee.raw(),
                       fill.tip.raw(), fill.rent_paid.raw(), fill.rent_refunded.raw(), venue_fees,
                       seldom, tokens);
}

[[nodiscard]] std::string body(const ExecutionReport& report) {
    std::string failure;
    if (report.failure != FailureClass::None) {
        failure = fmt::format(
            R"("failure":"{}","failed_venue":{},)", to_string(report.failure),
            report.failed_venue ? fmt::format(R"("{}")", to_string(*report.failed_venue)) : "null");
    }
    if (!report.program_error.empty()) {
        failure += fmt::format(R"("program_error":"{}","action":"{}",)",
                               json_escaped(report.program_error), to_string(report.action));
    }
    return fmt::format(
        R"({{"intent":{},"outcome":"{}","signature":"{}","slot":{},"error":"{}",{}{}}})",
        report.intent_id.value, to_string(report.outcome),
        report.signature.is_zero() ? "" : report.signature.to_string(), report.slot.value,
        json_escaped(report.error), failure, members_of(report.fill));
}

[[nodiscard]] std::string ledger_entry(std::string_view event, IntentId intent,
                                       const Signature& signature, Slot slot) {
    return fmt::format(R"({{"event":"{}","intent":{},"signature":"{}","slot":{}}})", event,
                       intent.value, signature.to_string(), slot.value);
}

[[nodiscard]] std::string body(const OrderFinalized& order) {
    return ledger_entry("finalized", order.intent_id, order.signature, order.slot);
}

[[nodiscard]] std::string body(const OrderReversed& order) {
    return ledger_entry("reversed", order.intent_id, order.signature, order.slot);
}

[[nodiscard]] std::string body(const PositionOpened& event) {
    return fmt::format(
        R"({{"event":"opened","position":{},"strategy":"{}","mint":"{}","amount":{},"cost":{}}})",
        event.position_id.value, to_string(event.strategy), event.mint.to_string(),
        event.amount.raw(), event.cost.raw());
}

[[nodiscard]] std::string body(const PositionChanged& event) {
    return fmt::format(R"({{"event":"changed","position":{},"amount":{},"cost":{}}})",
                       event.position_id.value, event.amount.raw(), event.cost.raw());
}

[[nodiscard]] std::string body(const PositionClosed& event) {
    return fmt::format(
        R"({{"event":"closed","position":{},"strategy":"{}","mint":"{}","pnl":{},"reason":"{}"}})",
        event.position_id.value, to_string(event.strategy), event.mint.to_string(),
        event.pnl_realized.raw(), to_string(event.reason));
}

[[nodiscard]] std::string body(const PositionPlaced& event) {
    return fmt::format(R"({{"event":"placed","position":{},"pool":"{}"}})", event.position_id.value,
                       event.pool.to_string());
}

[[nodiscard]] std::string body(const PositionPeak& event) {
    return fmt::format(R"({{"event":"peak","position":{},"value":{}}})", event.position_id.value,
                       event.value_peak.raw());
}

[[nodiscard]] std::string body(const PositionMarked& event) {
    return fmt::format(R"({{"event":"marked","position":{},"value":{}}})", event.position_id.value,
                       event.value.raw());
}

[[nodiscard]] std::string body(const DayBegun& event) {
    return fmt::format(R"({{"event":"day","day":{},"before":{}}})", event.day, event.before.raw());
}

[[nodiscard]] std::string body(const RungBegun& event) {
    return fmt::format(
        R"({{"event":"rung","rung":{},"capital_max_micro_usd":{},"capital":{},"loss_bound":{},"counted":{},"reason":{}}})",
        event.rung, event.capital_max.raw(), event.capital.raw(), event.loss_bound.raw(),
        event.counted.raw(), json_quoted(event.reason));
}

[[nodiscard]] std::string body(const CauseChanged& change) {
    std::string members;
    if (change.cause == StateCause::DrawdownReached) {
        members = fmt::format(R"(,"drawdown":{},"drawdown_max_micro_usd":{})",
                              change.drawdown.raw(), change.drawdown_max.raw());
    } else if (change.is_outside_sold) {
        members = R"(,"is_outside_sold":true)";
    }
    if (change.is_fall_accepted) {
        members += R"(,"is_fall_accepted":true)";
    }
    return fmt::format(R"({{"event":"cause","cause":"{}","stands":{},"by":{},"reason":{}{}}})",
                       name_of(change.cause), change.stands, json_quoted(change.by),
                       json_quoted(change.reason), members);
}

[[nodiscard]] std::string body(const PositionAdopted& event) {
    return fmt::format(R"({{"event":"adopted","mint":"{}","amount":{}}})", event.mint.to_string(),
                       event.amount.raw());
}

[[nodiscard]] std::string members_of(Lamports wallet, const std::map<Pubkey, TokenAmount>& held) {
    std::string tokens;
    for (const auto& [mint, amount] : held) {
        tokens += fmt::format(R"({}{{"mint":"{}","amount":{}}})", tokens.empty() ? "" : ",",
                              mint.to_string(), amount.raw());
    }
    return fmt::format(R"("wallet":{},"tokens":[{}])", wallet.raw(), tokens);
}

// With the slot that they are of: what is in the wallet's history before it is in them.
[[nodiscard]] std::string members_of(const portfolio::ChainBalances& balances) {
    return fmt::format(R"({},"slot":{})", members_of(balances.wallet, balances.tokens),
                       balances.slots.newest.value);
}

[[nodiscard]] std::string body(const BooksDoubted& doubt) {
    return fmt::format(R"({{"event":"doubted","accounts":{}}})",
                       portfolio::to_json(doubt.mismatches));
}

[[nodiscard]] std::string body(const ShortfallAccepted& accepted) {
    return fmt::format(R"({{"event":"accepted","accounts":{}}})",
                       portfolio::to_json(accepted.mismatches));
}

[[nodiscard]] std::string body(const GiftTaken& taken) {
    return fmt::format(R"({{"event":"taken_in",{}}})",
                       members_of(taken.gift.wallet, taken.gift.tokens));
}

[[nodiscard]] std::string body(const RecoveryBegun& /*mark*/) {
    return R"({"event":"recovery_begun"})";
}

[[nodiscard]] std::string body(const RecoveryEnded& /*mark*/) {
    return R"({"event":"recovery_ended"})";
}

[[nodiscard]] std::string body(const LedgerOpened& opened) {
    return fmt::format(R"({{"event":"opened","genesis":"{}",{}}})", opened.genesis.to_string(),
                       members_of(opened.balances));
}

[[nodiscard]] std::string body(const LedgerAdopted& adopted) {
    return fmt::format(R"({{"event":"adopted",{}}})", members_of(adopted.balances));
}

// Withdrawals are written as they always were.
[[nodiscard]] std::string_view upkept_member(UpkeptAccount upkept) {
    switch (upkept) {
        case UpkeptAccount::LookupTable:
            return R"(,"upkept":"lookup_table")";
        case UpkeptAccount::Nonce:
            return R"(,"upkept":"nonce")";
        case UpkeptAccount::None:
            break;
    }
    return "";
}

[[nodiscard]] std::string body(const WithdrawalSigned& withdrawal) {
    return fmt::format(
        R"({{"event":"withdrawal_signed","signature":"{}","last_valid_height":{},)"
        R"("destination":"{}","mint":"{}","amount":{}{}{}}})",
        withdrawal.signature.to_string(), withdrawal.last_valid_height.value,
        withdrawal.destination.to_string(), withdrawal.mint.to_string(), withdrawal.amount.raw(),
        upkept_member(withdrawal.upkept),
        withdrawal.cost ? fmt::format(R"(,"cost":{})", withdrawal.cost->raw()) : std::string{});
}

[[nodiscard]] std::string body(const WithdrawalSettled& withdrawal) {
    return fmt::format(
        R"({{"event":"withdrawal_settled","signature":"{}","outcome":"{}","slot":{},{}}})",
        withdrawal.signature.to_string(), to_string(withdrawal.outcome), withdrawal.slot.value,
        members_of(withdrawal.fill));
}

[[nodiscard]] std::string body(const RunStarted& run) {
    return fmt::format(R"({{"run":"{}","build":"{}","boot":"{}","wallet":"{}"}})",
                       json_escaped(run.run_id), json_escaped(run.build_id),
                       json_escaped(run.boot_id), run.wallet.to_string());
}

[[nodiscard]] std::string body(const RunStopped& run) {
    return fmt::format(R"({{"orders_in_flight":{}}})", run.orders_in_flight);
}

}  // namespace

std::string body_of(const RecorderItem& item) {
    return std::visit([](const auto& value) { return body(value); }, item);
}

journal::RecordKind kind_of(const RecorderItem& item) {
    static constexpr auto kPosition = journal::RecordKind::Position;
    static constexpr auto kLedgerEntry = journal::RecordKind::LedgerEntry;
    struct Kind {
        journal::RecordKind operator()(const RunNote&) { return journal::RecordKind::Note; }
        journal::RecordKind operator()(const SettingsChanged&) { return journal::RecordKind::Note; }
        journal::RecordKind operator()(const PathChoice&) { return journal::RecordKind::Note; }
        journal::RecordKind operator()(const TokenVerdict&) {
            return journal::RecordKind::MarketEvent;
        }
        journal::RecordKind operator()(const OrderIntent&) { return journal::RecordKind::Intent; }
        journal::RecordKind operator()(const IntentDenied&) { return journal::RecordKind::Denial; }
        journal::RecordKind operator()(const IntentApproved&) {
            return journal::RecordKind::Approval;
        }
        journal::RecordKind operator()(const OrderSigned&) { return journal::RecordKind::Signed; }
        journal::RecordKind operator()(const ExecutionReport&) {
            return journal::RecordKind::Report;
        }
        journal::RecordKind operator()(const PositionOpened&) { return kPosition; }
        journal::RecordKind operator()(const PositionChanged&) { return kPosition; }
        journal::RecordKind operator()(const PositionClosed&) { return kPosition; }
        journal::RecordKind operator()(const PositionPlaced&) { return kPosition; }
        journal::RecordKind operator()(const PositionPeak&) { return kPosition; }
        journal::RecordKind operator()(const PositionMarked&) { return kPosition; }
        journal::RecordKind operator()(const DayBegun&) { return kPosition; }
        journal::RecordKind operator()(const PositionAdopted&) { return kPosition; }
        journal::RecordKind operator()(const OrderFinalized&) { return kLedgerEntry; }
        journal::RecordKind operator()(const OrderReversed&) { return kLedgerEntry; }
        journal::RecordKind operator()(const LedgerOpened&) { return kLedgerEntry; }
        journal::RecordKind operator()(const LedgerAdopted&) { return kLedgerEntry; }
        journal::RecordKind operator()(const BooksDoubted&) { return kLedgerEntry; }
        journal::RecordKind operator()(const ShortfallAccepted&) { return kLedgerEntry; }
        journal::RecordKind operator()(const GiftTaken&) { return kLedgerEntry; }
        journal::RecordKind operator()(const RecoveryBegun&) { return kLedgerEntry; }
        journal::RecordKind operator()(const RecoveryEnded&) { return kLedgerEntry; }
        journal::RecordKind operator()(const RungBegun&) { return kLedgerEntry; }
        journal::RecordKind operator()(const CauseChanged&) { return kLedgerEntry; }
        journal::RecordKind operator()(const WithdrawalSigned&) { return kLedgerEntry; }
        journal::RecordKind operator()(const WithdrawalSettled&) { return kLedgerEntry; }
        journal::RecordKind operator()(const RunStarted&) {
            return journal::RecordKind::RunStarted;
        }
        journal::RecordKind operator()(const RunStopped&) {
            return journal::RecordKind::RunStopped;
        }
    };
    return std::visit(Kind{}, item);
}

}  // namespace sniperforge::engine
