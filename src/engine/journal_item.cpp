// SPDX-License-Identifier: MIT
#include "engine/journal_item.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sniperforge::engine {
namespace {

// Reads members one after the other; the first that is missing or no such value is kept as the
// problem, and what follows is zero.
class Members {
 public:
    explicit Members(simdjson::dom::element object) : object_{object} {}

    [[nodiscard]] const std::string& problem() const { return problem_; }

    [[nodiscard]] std::string_view text(std::string_view name) {
        std::string_view value;
        get(name, value);
        return value;
    }
    [[nodiscard]] std::uint64_t number(std::string_view name) {
        std::uint64_t value = 0;
        get(name, value);
        return value;
    }
    [[nodiscard]] bool flag(std::string_view name) {
        bool value = false;
        get(name, value);
        return value;
    }
    [[nodiscard]] std::int64_t signed_number(std::string_view name) {
        std::int64_t value = 0;
        get(name, value);
        return value;
    }
    // Of 32 bytes, in base58.
    template <typename Key>
    [[nodiscard]] Key key_of(std::string_view name) {
        const auto parsed = Key::parse(text(name));
        return parsed ? *parsed : (note(name), Key{});
    }
    [[nodiscard]] Pubkey key(std::string_view name) { return key_of<Pubkey>(name); }
    // Empty text: zero.
    [[nodiscard]] Signature signature(std::string_view name) {
        const std::string_view value = text(name);
        if (value.empty()) {
            return {};
        }
        const auto parsed = Signature::parse(value);
        return parsed ? *parsed : (note(name), Signature{});
    }
    // The enumerator up to `last` that is called so.
    template <typename Enum>
    [[nodiscard]] Enum named(std::string_view name, Enum last) {
        const std::string_view value = text(name);
        for (int i = 0; i <= static_cast<int>(last); ++i) {
            if (to_string(static_cast<Enum>(i)) == value) {
                return static_cast<Enum>(i);
            }
        }
        note(name);
        return {};
    }
    template <typename Visit>
    void each(std::string_view name, Visit visit) {
        simdjson::dom::array array;
        get(name, array);
        if (!problem_.empty()) {
            return;
        }
        for (const simdjson::dom::element element : array) {
            Members members{element};
            visit(members);
            if (!members.problem().empty()) {
                note(members.problem());
            }
        }
    }

    // Members that journals have not always had, or that not every record has: absent or null says
    // nothing.
    [[nodiscard]] bool has(std::string_view name) {
        simdjson::dom::element element;
        return object_[name].get(element) == simdjson::SUCCESS && !element.is_null();
    }
    [[nodiscard]] VenueSet venues(std::string_view name) {
        VenueSet set;
        simdjson::dom::array array;
        get(name, array);
        for (const simdjson::dom::element element : array) {
            std::string_view text;
            const bool is_text = element.get(text) == simdjson::SUCCESS;
            if (const auto venue = is_text ? parse_venue(text) : std::nullopt) {
                set.add(*venue);
            } else {
                note(name);
            }
        }
        return set;
    }

    // That it is not what it should be.
    void note(std::string_view name) {
        if (problem_.empty()) {
            problem_ = name;
        }
    }

 private:
    template <typename Value>
    void get(std::string_view name, Value& value) {
        if (object_[name].get(value) != simdjson::SUCCESS) {
            note(name);
        }
    }
    simdjson::dom::element object_;
    std::string problem_;
};

[[nodiscard]] Direction direction_of(Members& leg) {
    const std::string_view text = leg.text("direction");
    if (text != "a_to_b" && text != "b_to_a") {
        leg.note("direction");
    }
    return text == "a_to_b" ? Direction::AToB : Direction::BToA;
}

// The mark is hexadecimal text: not every reader of JSON keeps 64 bits.
[[nodiscard]] EntryPart part_of(Members& in) {
    EntryPart part;
    part.number = static_cast<std::uint8_t>(in.number("part"));
    part.count = static_cast<std::uint8_t>(in.number("parts"));
    const std::string_view mark = in.text("recipe");
    const auto read = std::from_chars(mark.data(), mark.data() + mark.size(), part.recipe, 16);
    if (read.ec != std::errc{} || read.ptr != mark.data() + mark.size()) {
        in.note("recipe");
    }
    return part;
}

[[nodiscard]] OrderIntent intent_of(Members& in) {
    OrderIntent intent;
    intent.intent_id = IntentId{in.number("intent")};
    intent.strategy = in.named("strategy", static_cast<StrategyId>(kStrategyCount - 1));
    intent.kind = in.named("kind", OrderKind::Sweep);
    intent.exit_reason = in.named("exit_reason", kExitReasonLast);
    intent.position_id = PositionId{in.number("position")};
    intent.mint_in = in.key("mint_in");
    intent.mint_out = in.key("mint_out");
    intent.amount_in = TokenAmount{in.number("amount_in")};
    intent.receive_min = TokenAmount{in.number("receive_min")};
    intent.spend_max = Lamports{in.number("spend_max")};
    intent.cost_expected = Lamports{in.number("cost_expected")};
    intent.slippage_max = BasisPoints{in.number("slippage_max_bps")};
    intent.price_impact = BasisPoints{in.number("price_impact_bps")};
    intent.pool = kPoolUnknown;
    intent.pool_id = in.key("pool_id");
    if (in.has("venues")) {
        intent.venues = in.venues("venues");
    }
    in.each("legs", [&](Members& leg) {
        if (intent.leg_count < kLegsMax) {
            intent.legs[intent.leg_count++] = {kPoolUnknown, direction_of(leg),
                                               TokenAmount{leg.number("amount_in")},
                                               TokenAmount{leg.number("amount_out")}};
        }
    });
    intent.profit_expected = Lamports{in.number("profit_expected")};
    intent.pool_liquidity = Lamports{in.number("pool_liquidity")};
    intent.decided_at = Slot{in.number("decided_at_slot")};
    intent.slots_valid = static_cast<std::uint32_t>(in.number("slots_valid"));
    if (in.has("part")) {
        intent.part = part_of(in);
    }
    if (in.has("bid")) {
        intent.bid = {static_cast<std::uint8_t>(in.number("bid_percent")),
                      Lamports{in.number("bid")}};
    }
    return intent;
}

[[nodiscard]] Fill fill_of(Members& in) {
    Fill fill;
    fill.wallet = LamportsDelta{in.signed_number("wallet")};
    fill.base_fee = Lamports{in.number("base_fee")};
    fill.priority_fee = Lamports{in.number("priority_fee")};
    fill.tip = Lamports{in.number("tip")};
    fill.rent_paid = Lamports{in.number("rent_paid")};
    fill.rent_refunded = Lamports{in.number("rent_refunded")};
    if (in.has("amm_fee")) {
        fill.venue_fees =
            VenueFees{Lamports{in.number("amm_fee")}, Lamports{in.number("transfer_fee")}};
    }
    if (in.has("rent_of_others")) {
        fill.rent_of_others = Lamports{in.number("rent_of_others")};
    }
    if (in.has("unexplained")) {
        fill.unexplained = LamportsDelta{in.signed_number("unexplained")};
    }
    in.each("tokens", [&](Members& change) {
        fill.tokens.push_back({change.key("mint"), TokenDelta{change.signed_number("amount")}});
    });
    return fill;
}

// Whoever has another word for it than ours says no more than that it was denied.
[[nodiscard]] IntentDenied denied_of(Members& in) {
    IntentDenied denied{IntentId{in.number("intent")}, {}, {}};
    const std::string_view name = in.text("reason");
    for (std::size_t i = 0; i < kDenialReasonCount; ++i) {
        const auto reason = static_cast<DenialReason>(i);
        denied.denial.reason = to_string(reason) == name ? reason : denied.denial.reason;
    }
    return denied;
}

[[nodiscard]] OrderSigned signed_of(Members& in) {
    OrderSigned order{IntentId{in.number("intent")}, in.signature("signature"),
                      BlockHeight{in.number("last_valid_height")}};
    if (in.has("nonce")) {
        order.lease = NonceLease{in.key("nonce"), in.key_of<Hash>("nonce_value"),
                                 Slot{in.number("nonce_slot")}};
    }
    return order;
}

[[nodiscard]] ExecutionReport report_of(Members& in) {
    ExecutionReport report;
    report.intent_id = IntentId{in.number("intent")};
    report.outcome = in.named("outcome", Outcome::Unknown);
    report.signature = in.signature("signature");
    report.slot = Slot{in.number("slot")};
    report.error = in.text("error");
    if (in.has("failure")) {
        report.failure = in.named("failure", FailureClass::BalanceMismatch);
    }
    if (in.has("failed_venue")) {
        report.failed_venue = in.named("failed_venue", static_cast<VenueId>(kVenueCount - 1));
    }
    if (in.has("program_error")) {
        report.program_error = in.text("program_error");
        report.action = in.named("action", kFailureActionLast);
    }
    report.fill = fill_of(in);
    return report;
}

[[nodiscard]] portfolio::ChainBalances balances_of(Members& in) {
    portfolio::ChainBalances balances;
    balances.wallet = Lamports{in.number("wallet")};
    in.each("tokens", [&](Members& token) {
        balances.tokens[token.key("mint")] = TokenAmount{token.number("amount")};
    });
    if (in.has("slot")) {
        balances.slots.oldest = balances.slots.newest = Slot{in.number("slot")};
    }
    return balances;
}

[[nodiscard]] std::vector<portfolio::BalanceMismatch> mismatches_of(Members& in) {
    std::vector<portfolio::BalanceMismatch> mismatches;
    in.each("accounts", [&](Members& each) {
        mismatches.push_back(
            {std::string{each.text("account")}, each.number("ledger"), each.number("chain")});
    });
    return mismatches;
}

[[nodiscard]] UpkeptAccount upkept_of(Members& in) {
    if (!in.has("upkept")) {
        return UpkeptAccount::None;
    }
    const std::string_view text = in.text("upkept");
    if (text == "lookup_table") {
        return UpkeptAccount::LookupTable;
    }
    if (text != "nonce") {
        in.note("upkept");
    }
    return UpkeptAccount::Nonce;
}

[[nodiscard]] CauseChanged cause_of(Members& in) {
    CauseChanged change;
    const std::string_view name = in.text("cause");
    for (std::size_t i = 0; i < kStateCauseCount; ++i) {
        const auto cause = static_cast<StateCause>(i);
        change.cause = name_of(cause) == name ? cause : change.cause;
    }
    if (!is_held(change.cause)) {
        in.note("cause");
    }
    change.stands = in.flag("stands");
    change.by = in.text("by");
    change.reason = in.text("reason");
    if (change.cause == StateCause::DrawdownReached) {
        change.drawdown = Lamports{in.number("drawdown")};
        change.drawdown_max = MicroUsd{in.number("drawdown_max_micro_usd")};
    }
    change.is_outside_sold = in.has("is_outside_sold") && in.flag("is_outside_sold");
    change.is_fall_accepted = in.has("is_fall_accepted") && in.flag("is_fall_accepted");
    return change;
}

[[nodiscard]] std::optional<RecorderItem> ledger_entry_of(Members& in) {
    const std::string_view event = in.text("event");
    if (event == "opened") {
        return LedgerOpened{in.key_of<Hash>("genesis"), balances_of(in)};
    }
    if (event == "adopted") {
        return LedgerAdopted{balances_of(in)};
    }
    if (event == "recovery_begun") {
        return RecoveryBegun{};
    }
    if (event == "recovery_ended") {
        return RecoveryEnded{};
    }
    if (event == "cause") {
        return cause_of(in);
    }
    if (event == "doubted") {
        return BooksDoubted{mismatches_of(in)};
    }
    if (event == "accepted") {
        return ShortfallAccepted{mismatches_of(in)};
    }
    if (event == "taken_in") {
        portfolio::ChainBalances taken = balances_of(in);
        return GiftTaken{{taken.wallet, std::move(taken.tokens)}};
    }
    if (event == "rung") {
        return RungBegun{static_cast<std::uint32_t>(in.number("rung")),
                         MicroUsd{in.number("capital_max_micro_usd")},
                         Lamports{in.number("capital")},
                         Lamports{in.number("loss_bound")},
                         LamportsDelta{in.signed_number("counted")},
                         std::string{in.text("reason")}};
    }
    const Signature signature = in.signature("signature");
    if (event == "withdrawal_signed") {
        return WithdrawalSigned{
            signature,
            BlockHeight{in.number("last_valid_height")},
            in.key("destination"),
            in.key("mint"),
            TokenAmount{in.number("amount")},
            upkept_of(in),
            in.has("cost") ? std::optional{Lamports{in.number("cost")}} : std::nullopt};
    }
    const Slot slot{in.number("slot")};
    if (event == "withdrawal_settled") {
        return WithdrawalSettled{signature, in.named("outcome", Outcome::Unknown), slot,
                                 fill_of(in)};
    }
    const IntentId intent{in.number("intent")};
    if (event == "finalized") {
        return OrderFinalized{intent, signature, slot};
    }
    if (event == "reversed") {
        return OrderReversed{intent, signature, slot};
    }
    in.note("event");
    return std::nullopt;
}

[[nodiscard]] std::optional<RecorderItem> position_of(Members& in) {
    const std::string_view event = in.text("event");
    if (event == "adopted") {
        return PositionAdopted{in.key("mint"), TokenAmount{in.number("amount")}};
    }
    if (event == "day") {
        return DayBegun{in.signed_number("day"), LamportsDelta{in.signed_number("before")}};
    }
    const PositionId position{in.number("position")};
    if (event == "marked") {
        return PositionMarked{position, Lamports{in.number("value")}};
    }
    if (event == "placed") {
        return PositionPlaced{position, in.key("pool")};
    }
    if (event == "peak") {
        return PositionPeak{position, Lamports{in.number("value")}};
    }
    return std::nullopt;
}

[[nodiscard]] std::optional<RecorderItem> read(journal::RecordKind kind, Members& in) {
    switch (kind) {
        case journal::RecordKind::Intent:
            return intent_of(in);
        case journal::RecordKind::Denial:
            return denied_of(in);
        case journal::RecordKind::Approval:
            return IntentApproved{IntentId{in.number("intent")}};
        case journal::RecordKind::Signed:
            return signed_of(in);
        case journal::RecordKind::Report:
            return report_of(in);
        case journal::RecordKind::LedgerEntry:
            return ledger_entry_of(in);
        case journal::RecordKind::Position:
            return position_of(in);
        case journal::RecordKind::RunStarted:
            return RunStarted{std::string{in.text("run")}, std::string{in.text("build")},
                              std::string{in.text("boot")}, in.key("wallet")};
        case journal::RecordKind::RunStopped:
            return RunStopped{in.number("orders_in_flight")};
        default:
            return std::nullopt;
    }
}

}  // namespace

Result<std::optional<RecorderItem>> item_of(const journal::Record& record,
                                            simdjson::dom::parser& parser) {
    if (record.kind == journal::RecordKind::Note ||
        record.kind == journal::RecordKind::MarketEvent ||
        record.kind == journal::RecordKind::Checkpoint ||
        record.kind == journal::RecordKind::SegmentEnded) {
        return std::nullopt;
    }
    simdjson::dom::element root;
    if (const auto error = parser.parse(record.body).get(root); error != simdjson::SUCCESS) {
        return fail(fmt::format("journal record {}: {} of kind {} is not JSON", record.sequence,
                                simdjson::error_message(error), to_string(record.kind)));
    }
    Members members{root};
    auto item = read(record.kind, members);
    if (!members.problem().empty()) {
        return fail(
            fmt::format("journal record {}: {} has no usable '{}': another version of "
                        "SniperForge wrote it",
                        record.sequence, to_string(record.kind), members.problem()));
    }
    return item;
}

}  // namespace sniperforge::engine
