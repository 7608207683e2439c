// SPDX-License-Identifier: MIT
// Who looks things up for the pipeline, of a recorded run: the answer is the next that this one
// gets. What is asked for the first time and was answered before has that answer: the recorded run
// may not ask again. Asked again it waits, as a network's answer is of the time of the question.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sniperforge/feed/funder_reader.hpp"
#include "sniperforge/feed/holder_reader.hpp"
#include "sniperforge/feed/round_trip_lookups.hpp"
#include "sniperforge/feed/transaction_reader.hpp"

namespace sniperforge::backtest {

// Answers by key, and the questions that wait for one.
template <typename Answer>
class AnswerBook {
 public:
    void ask(const Pubkey& key) {
        if (waiting_.insert(key).second && !told_.contains(key) && answers_.contains(key)) {
            due_.push_back(key);
        }
    }
    void take(const Pubkey& key, const std::optional<Answer>& answer) {
        answers_.insert_or_assign(key, answer);
        if (waiting_.contains(key)) {
            due_.push_back(key);
        }
    }
    // Those that were asked for and are known, each once.
    [[nodiscard]] std::vector<std::pair<Pubkey, std::optional<Answer>>> take_due() {
        std::vector<std::pair<Pubkey, std::optional<Answer>>> due;
        for (const Pubkey& key : due_) {
            if (waiting_.erase(key) != 0) {
                told_.insert(key);
                due.emplace_back(key, answers_.at(key));
            }
        }
        due_.clear();
        return due;
    }
    [[nodiscard]] const std::optional<Answer>* find(const Pubkey& key) const {
        const auto found = answers_.find(key);
        return found == answers_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
    std::set<Pubkey> waiting_, told_;
    std::vector<Pubkey> due_;
    std::map<Pubkey, std::optional<Answer>> answers_;
};

// Every transaction that the recorded run read is told, asked for or not.
class RecordedTransactions final : public feed::TransactionLookups {
 public:
    // Whether the recorded run had rounds. Without, no venue waits for one.
    explicit RecordedTransactions(bool is_checking) : is_checking_{is_checking} {}
    void look_up(const Pubkey& /*account*/) override {}
    void look_up(const Signature& /*signature*/) override {}
    void on_tick(MonoTime /*now*/) override {}
    [[nodiscard]] bool is_checking() const override { return is_checking_; }

 private:
    bool is_checking_;
};

class RecordedFunders final : public feed::FunderLookups {
 public:
    [[nodiscard]] bool look_up(const Pubkey& account) override {
        book.ask(account);
        return true;
    }
    void on_tick(MonoTime /*now*/) override {}
    void deliver(feed::FunderEvents& listener) {
        for (const auto& [account, funder] : book.take_due()) {
            listener.on_funder(account, funder);
        }
    }
    AnswerBook<Pubkey> book;
};

class RecordedHolders final : public feed::HolderLookups {
 public:
    [[nodiscard]] bool look_up(const Pubkey& mint, const Pubkey& /*beside*/) override {
        book.ask(mint);
        return true;
    }
    [[nodiscard]] bool look_up_names(const Pubkey& mint) override {
        names.ask(mint);
        return true;
    }
    void on_tick(MonoTime /*now*/) override {}
    [[nodiscard]] const feed::HolderReaderStatistics& statistics() const override { return none_; }
    // What a token calls itself comes before its holders, if both are known.
    void deliver(feed::HolderEvents& listener) {
        for (const auto& [mint, metadata] : names.take_due()) {
            listener.on_metadata(mint, metadata);
        }
        for (const auto& [mint, reading] : book.take_due()) {
            if (const auto* metadata = names.find(mint)) {
                listener.on_metadata(mint, *metadata);
            }
            listener.on_holders(mint, reading);
        }
    }
    AnswerBook<HolderReading> book;
    AnswerBook<solana::MetaplexMetadata> names;

 private:
    feed::HolderReaderStatistics none_{};
};

class RecordedRoundTrips final : public feed::RoundTripLookups {
 public:
    [[nodiscard]] bool try_round_trip(const Pubkey& mint, BytesView /*wire*/,
                                      std::size_t /*sale*/) override {
        book.ask(mint);
        return true;
    }
    void deliver(feed::RoundTripEvents& listener) {
        for (const auto& [mint, reading] : book.take_due()) {
            listener.on_round_trip(mint, *reading);
        }
    }
    AnswerBook<RoundTripReading> book;
};

}  // namespace sniperforge::backtest
