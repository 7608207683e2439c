// SPDX-License-Identifier: MIT
#include "app/drill_halts.hpp"

#include <fmt/format.h>

#include <chrono>

namespace sniperforge::app {
namespace {

// What was approved before may be signed, sent and on its way.
constexpr Duration kGrace = std::chrono::seconds{1};

}  // namespace

// Both outlive the daemon.
void DrillHalts::life_begins(const JournalTale& tale, MonoTime now) {
    doubted_since_ = tale.is_doubted ? std::optional{now} : std::nullopt;
    reducing_since_ = tale.is_reducing ? std::optional{now} : std::nullopt;
}

void DrillHalts::note(const JournalTale& tale, MonoTime now) {
    const auto follow = [now](bool stands, std::optional<MonoTime>& since, std::uint64_t& count) {
        count += stands && !since ? 1 : 0;
        since = stands ? std::optional{since.value_or(now)} : std::nullopt;
    };
    follow(tale.is_doubted, doubted_since_, counts_.doubted);
    follow(tale.is_reducing, reducing_since_, counts_.reducing);
}

void DrillHalts::note_slot(MonoTime now) {
    if (!options_.is_unheard()) {
        unheard_since_.reset();
        is_unheard_counted_ = false;
        return;
    }
    unheard_since_ = unheard_since_.value_or(now);
    if (!is_unheard_counted_ && now - *unheard_since_ > options_.unheard_max) {
        is_unheard_counted_ = true;
        ++counts_.unheard;
    }
}

void DrillHalts::on_order(const RingOrder& order, MonoTime now) const {
    if (order.kind != RingOrder::Kind::Entry && order.kind != RingOrder::Kind::Cycle) {
        return;
    }
    const auto check = [&](const std::optional<MonoTime>& since, Duration allowed,
                           std::string_view what) {
        if (since && now - *since > allowed) {
            options_.violate(fmt::format("intent {} buys {} ms after {}, allowed {}", order.intent,
                                         (now - *since).count() / 1'000'000, what,
                                         allowed.count() / 1'000'000));
        }
    };
    check(doubted_since_, kGrace, "the books were doubted");
    check(reducing_since_, kGrace, "the drawdown limit was reached");
    check(unheard_since_, options_.unheard_max + kGrace, "the last slot that any node told of");
}

}  // namespace sniperforge::app
