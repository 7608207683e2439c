// SPDX-License-Identifier: MIT
#include "app/drill_thefts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

// Between two looks at the journal of a daemon that lives.
constexpr Duration kLook = std::chrono::seconds{1};
// What was signed before the doubt may be on its way, or still be sent again.
constexpr Duration kDoubtGrace = std::chrono::seconds{1};
// What the chain is said not to have is tried once (one node may be wrong), and one sale may have
// been signed before.
constexpr unsigned kTriedMax = 2;

// What the market gives as reasons; the last two also where everything is held: something is worth
// nothing at all.
constexpr std::array<std::string_view, 8> kMarketReasons = {
    "take_profit", "trailing_stop", "time_limit", "dev_sell",
    "holder_dump", "feed_loss",     "stop_loss",  "liquidity_pull"};
constexpr std::size_t kReasonsOfHolders = 2;

[[nodiscard]] std::uint64_t held_by(const sim::Chain& chain, const Pubkey& wallet,
                                    const Pubkey& mint) {
    const sim::Account* minted = chain.account(mint);
    const sim::Account* held =
        minted == nullptr
            ? nullptr
            : chain.account(solana::associated_token_address(wallet, mint, minted->owner));
    const auto token = held == nullptr ? Result<solana::TokenAccount>{fail("closed")}
                                       : solana::decode_token_account(held->data);
    return token ? token->amount.raw() : 0;
}

}  // namespace

void DrillThefts::note(const sim::Meddling& meddling) {
    if (meddling.owner != options_.wallet) {
        return;
    }
    Change& change = changes_[meddling.mint];
    change.taken += meddling.taken;
    change.brought += meddling.brought;
    changed_at_ = options_.now();
    is_told_ = false;
}

void DrillThefts::life_begins(bool is_shortfall_accepted) {
    for (auto& [mint, change] : changes_) {
        change.tried = 0;
        if (is_shortfall_accepted && change.missing() > 0) {
            accepted_[mint.to_string()] = change.missing();
        }
    }
    if (is_shortfall_accepted) {
        told_at_.reset();
    }
}

bool DrillThefts::is_any_missing() const {
    return std::ranges::any_of(changes_,
                               [](const auto& each) { return each.second.missing() > 0; });
}

void DrillThefts::on_order(const RingOrder& order, const sim::Chain& chain) {
    const bool is_known = told_at_ && options_.now() - *told_at_ > kDoubtGrace;
    if (order.kind == RingOrder::Kind::Entry || order.kind == RingOrder::Kind::Cycle) {
        if (is_known) {
            options_.violate(fmt::format(
                "intent {} was bought {} ms after the books were doubted, and nobody has accepted "
                "what is missing",
                order.intent, (options_.now() - *told_at_).count() / 1'000'000));
        }
        return;
    }
    const auto found = changes_.find(order.mint_in);
    if (order.kind != RingOrder::Kind::Exit || found == changes_.end()) {
        return;
    }
    Change& change = found->second;
    const std::uint64_t held = held_by(chain, options_.wallet, order.mint_in);
    const auto violate = [&](std::string_view what) {
        options_.violate(
            fmt::format("intent {} sells {} of {}, the chain has {}, {} were taken and "
                        "{} brought: {}",
                        order.intent, order.amount_in, order.mint_in.to_string(), held,
                        change.taken, change.brought, what));
    };
    if (is_known && order.amount_in > held && ++change.tried > kTriedMax) {
        violate("what is gone is sold again and again");
    }
    if (change.taken == 0 && order.amount_in <= held && order.amount_in + change.brought > held) {
        violate("what was brought belongs to no position");
    }
}

// What the journal says of it.
void DrillThefts::look(const JournalTale& tale) {
    for (auto& [mint, change] : changes_) {
        const auto taken_in = tale.taken_in.find(mint.to_string());
        change.taken_in =
            taken_in == tale.taken_in.end() ? 0 : static_cast<std::uint64_t>(taken_in->second);
    }
    is_told_ = std::ranges::all_of(changes_, [&](const auto& each) {
        const auto told = tale.doubted.find(each.first.to_string());
        const std::int64_t missing = each.second.missing();
        return missing <= 0 || (told != tale.doubted.end() && told->second == missing);
    });
    if (is_told_ && is_any_missing() && !told_at_) {
        told_at_ = options_.now();
    }
}

bool DrillThefts::is_told() {
    if (is_told_ || options_.now() - looked_at_ < kLook) {
        return is_told_;
    }
    looked_at_ = options_.now();
    if (const auto tale = read_tale(options_.journal())) {
        look(*tale);
    }
    return is_told_;
}

void DrillThefts::check_doubted(const engine::RunReport& report) {
    const auto tale = read_tale(options_.journal());
    if (!tale) {
        return options_.violate("the journal cannot be read: " + tale.error().text);
    }
    look(*tale);
    std::uint64_t missing = 0;
    for (const auto& [mint, change] : changes_) {
        missing += static_cast<std::uint64_t>(std::abs(change.missing()));
        const auto told = tale->doubted.find(mint.to_string());
        if (change.missing() > 0 &&
            (told == tale->doubted.end() || told->second != change.missing())) {
            options_.violate(fmt::format(
                "{} of {} are missing since {} ms, the journal says {}", change.missing(),
                mint.to_string(), (options_.now() - *changed_at_).count() / 1'000'000,
                told == tale->doubted.end() ? "nothing" : fmt::format("{}", told->second)));
        }
    }
    if (report.mismatch_lamports != std::uint64_t{0} || report.mismatch_tokens != missing) {
        const auto shown = [](const std::optional<std::uint64_t>& value) {
            return value ? fmt::format("{}", *value) : std::string{"unknown"};
        };
        options_.violate(
            fmt::format("others changed {} token units, the daemon's report says that {} and {} "
                        "lamports differ",
                        missing, shown(report.mismatch_tokens), shown(report.mismatch_lamports)));
    }
}

void DrillThefts::check_end(const JournalTale& tale) {
    for (const auto& [mint, missing] : accepted_) {
        const auto told = tale.accepted.find(mint);
        if (told == tale.accepted.end() || told->second != missing) {
            options_.violate(fmt::format(
                "{} of {} were missing and a person accepted that, the journal says {}", missing,
                mint, told == tale.accepted.end() ? "nothing" : fmt::format("{}", told->second)));
        }
    }
    const std::span<const std::string_view> reasons{kMarketReasons};
    const auto given = options_.is_holding ? reasons.last(kReasonsOfHolders) : reasons;
    for (const auto& [intent, order] : tale.orders) {
        const bool is_asked_for = std::ranges::find(given, order.exit_reason) != given.end();
        if (order.is_exit && !is_asked_for) {
            options_.violate(
                fmt::format("intent {} sells {} for the reason '{}', which nothing gave", intent,
                            order.mint_in, order.exit_reason));
        }
    }
}

bool DrillThefts::is_explained(const std::string& note) const {
    return std::ranges::any_of(
        changes_, [&](const auto& each) { return note.starts_with(each.first.to_string() + ":"); });
}

}  // namespace sniperforge::app
