// SPDX-License-Identifier: MIT
#include "rpc/subscription_ledger.hpp"

#include <fmt/format.h>

#include <utility>

#include "rpc/program_filter.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::rpc {
namespace {

std::string request(std::uint64_t id, std::string_view method, std::string_view params) {
    return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":[{}]}})", id, method,
                       params);
}

}  // namespace

std::string subscribe_request(const Subscription& what, std::uint64_t id) {
    const std::string_view commitment = to_string(what.commitment);
    switch (what.kind) {
        case Subscription::Kind::Slots:
            return request(id, "slotSubscribe", "");
        case Subscription::Kind::Account:
            return request(id, "accountSubscribe",
                           fmt::format(R"("{}",{{"encoding":"base64","commitment":"{}"}})",
                                       what.key.to_string(), commitment));
        case Subscription::Kind::Program:
            return request(
                id, "programSubscribe",
                fmt::format(R"("{}",{{"encoding":"base64","commitment":"{}"{}}})",
                            what.key.to_string(), commitment, filters_member(what.filter)));
        case Subscription::Kind::Logs:
            return request(id, "logsSubscribe",
                           fmt::format(R"({{"mentions":["{}"]}},{{"commitment":"{}"}})",
                                       what.key.to_string(), commitment));
        case Subscription::Kind::Signature:
            return request(
                id, "signatureSubscribe",
                fmt::format(R"("{}",{{"commitment":"{}","enableReceivedNotification":false}})",
                            what.signature.to_string(), commitment));
    }
    return {};
}

std::string unsubscribe_request(Subscription::Kind kind, std::uint64_t subscription,
                                std::uint64_t id) {
    const auto params = fmt::format("{}", subscription);
    switch (kind) {
        case Subscription::Kind::Slots:
            return request(id, "slotUnsubscribe", params);
        case Subscription::Kind::Account:
            return request(id, "accountUnsubscribe", params);
        case Subscription::Kind::Program:
            return request(id, "programUnsubscribe", params);
        case Subscription::Kind::Logs:
            return request(id, "logsUnsubscribe", params);
        case Subscription::Kind::Signature:
            return request(id, "signatureUnsubscribe", params);
    }
    return {};
}

std::string describe(const Subscription& what) {
    switch (what.kind) {
        case Subscription::Kind::Slots:
            return "slots";
        case Subscription::Kind::Account:
            return "account " + what.key.to_string();
        case Subscription::Kind::Program:
            return what.filter.data_size == 0
                       ? fmt::format("accounts of program {}", what.key.to_string())
                       : fmt::format("accounts of {} bytes of program {}", what.filter.data_size,
                                     what.key.to_string());
        case Subscription::Kind::Logs:
            return "logs that mention " + what.key.to_string();
        case Subscription::Kind::Signature:
            return "signature " + what.signature.to_string();
    }
    return {};
}

bool SubscriptionLedger::holds_back(const Entry& entry) {
    switch (entry.status) {
        case Status::Waiting:
        case Status::Sent:
            return true;
        case Status::Active:
            return false;
        case Status::Refused:
            return entry.what.kind == Subscription::Kind::Slots ||
                   entry.what.kind == Subscription::Kind::Account;
    }
    return true;
}

void SubscriptionLedger::set_status(Entry& entry, Status status) {
    holding_back_ -= holds_back(entry) ? 1 : 0;
    entry.status = status;
    holding_back_ += holds_back(entry) ? 1 : 0;
}

bool SubscriptionLedger::add(const Subscription& what, SubscriptionLabel label) {
    SF_ASSERT(label.rank < SubscriptionLabel::kRanks);
    const auto [place, is_new] = index_.try_emplace(what, entries_.size());
    if (!is_new) {
        return false;
    }
    if (free_.empty()) {
        entries_.emplace_back();
    } else {
        place->second = free_.back();
        free_.pop_back();
    }
    entries_[place->second] = Entry{.what = what, .label = label, .is_used = true};
    ++holding_back_;
    enqueue(place->second);
    return true;
}

// One that waits stands in both queues then, and is skipped in the later one.
void SubscriptionLedger::set_rank(std::size_t index, std::uint8_t rank) {
    Entry& entry = entries_[index];
    SF_ASSERT(entry.is_used && rank < SubscriptionLabel::kRanks);
    if (std::exchange(entry.label.rank, rank) != rank && entry.status == Status::Waiting) {
        enqueue(index);
    }
}

std::optional<std::size_t> SubscriptionLedger::find(const Subscription& what) const {
    const auto found = index_.find(what);
    return found == index_.end() ? std::nullopt : std::optional{found->second};
}

void SubscriptionLedger::remove(std::size_t index) {
    Entry& entry = entries_[index];
    SF_ASSERT(entry.is_used);
    if (entry.status == Status::Active) {
        active_.erase(entry.subscription);
    }
    holding_back_ -= holds_back(entry) ? 1 : 0;
    index_.erase(entry.what);
    entry = Entry{};
    free_.push_back(index);
}

void SubscriptionLedger::restart() {
    for (auto& waiting : waiting_) {
        waiting.clear();
    }
    active_.clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].is_used) {
            set_status(entries_[i], Status::Waiting);
            enqueue(i);
        }
    }
}

std::optional<std::size_t> SubscriptionLedger::take_next() {
    for (auto& waiting : waiting_) {
        while (!waiting.empty()) {
            const std::size_t index = waiting.front();
            waiting.pop_front();
            // A place that was freed, or freed and taken again, may stand here twice.
            if (entries_[index].is_used && entries_[index].status == Status::Waiting) {
                set_status(entries_[index], Status::Sent);
                return index;
            }
        }
    }
    return std::nullopt;
}

void SubscriptionLedger::activate(std::size_t index, std::uint64_t subscription) {
    Entry& entry = entries_[index];
    SF_ASSERT(entry.is_used && entry.status == Status::Sent);
    entry.subscription = subscription;
    active_[subscription] = index;
    set_status(entry, Status::Active);
}

void SubscriptionLedger::refuse(std::size_t index) { set_status(entries_[index], Status::Refused); }

void SubscriptionLedger::retry_refused() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].is_used && entries_[i].status == Status::Refused) {
            set_status(entries_[i], Status::Waiting);
            enqueue(i);
        }
    }
}

std::optional<std::size_t> SubscriptionLedger::find_active(std::uint64_t subscription) const {
    const auto found = active_.find(subscription);
    return found == active_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace sniperforge::rpc
