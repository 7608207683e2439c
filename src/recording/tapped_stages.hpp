// SPDX-License-Identifier: MIT
// What stands before whatever the pipeline asks: it passes everything on, and tells the tap.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "recording/tap.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/feed/funder_reader.hpp"
#include "sniperforge/feed/holder_reader.hpp"
#include "sniperforge/feed/round_trip_lookups.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/feed/watcher.hpp"

namespace sniperforge::recording {

class TappedClock final : public Clock {
 public:
    TappedClock(Tap& tap, const Clock& clock) : tap_{tap}, clock_{clock} {}
    [[nodiscard]] MonoTime now() const override {
        const MonoTime time = clock_.now();
        if (tap_.is_inside()) {
            tap_.mono(time);
        }
        return time;
    }
    [[nodiscard]] WallTime wall_now() const override {
        const WallTime time = clock_.wall_now();
        if (tap_.is_inside()) {
            tap_.wall(time);
        }
        return time;
    }

 private:
    Tap& tap_;
    const Clock& clock_;
};

// Also of others than the pipeline.
class TappedKeeper final : public engine::RecordKeeper {
 public:
    TappedKeeper(Tap& tap, engine::RecordKeeper& keeper) : tap_{tap}, keeper_{keeper} {}
    bool record(engine::RecorderItem item, WallTime at) override {
        engine::RecorderItem copy = item;
        const bool is_taken = keeper_.record(std::move(item), at);
        tap_.decided(std::move(copy), is_taken);
        return is_taken;
    }
    bool record_signed(const OrderIntent& intent, const engine::OrderSigned& order,
                       WallTime at) override {
        const bool is_taken = keeper_.record_signed(intent, order, at);
        tap_.decided(order, is_taken);
        return is_taken;
    }
    void keep_creators(engine::CreatorBook known, WallTime at) override {
        keeper_.keep_creators(std::move(known), at);
    }
    void note_creator(detect::CreatorRecord creator, WallTime at) override {
        keeper_.note_creator(std::move(creator), at);
    }
    [[nodiscard]] bool is_pressed() const override {
        return told(Kind::IsPressed, keeper_.is_pressed());
    }
    [[nodiscard]] bool has_failed() const override {
        return told(Kind::HasFailed, keeper_.has_failed());
    }
    [[nodiscard]] engine::RecorderLoad load() const override {
        const engine::RecorderLoad load = keeper_.load();
        if (tap_.is_inside()) {
            tap_.number(Kind::RecordsWaiting, load.records_waiting);
            tap_.number(Kind::RecordsWaiting, load.records_waiting_max);
            tap_.number(Kind::JournalBytes, load.journal_bytes);
            tap_.number(Kind::JournalBytes, load.journal_bytes_max);
        }
        return load;
    }
    void write_waiting() override { keeper_.write_waiting(); }

 private:
    [[nodiscard]] bool told(Kind kind, bool answer) const {
        if (tap_.is_inside()) {
            tap_.number(kind, answer ? 1 : 0);
        }
        return answer;
    }
    Tap& tap_;
    engine::RecordKeeper& keeper_;
};

// The six below are asked by the pipeline alone.
class TappedWatcher final : public feed::Watcher {
 public:
    TappedWatcher(Tap& tap, feed::Watcher& feed) : tap_{tap}, feed_{feed} {}
    void watch(std::span<const Pubkey> accounts, feed::Priority priority) override {
        const Tap::Out out{tap_, Op::Watch};
        feed_.watch(accounts, priority);
    }
    void watch_together(std::span<const Pubkey> accounts, feed::Priority priority) override {
        const Tap::Out out{tap_, Op::WatchTogether};
        feed_.watch_together(accounts, priority);
    }
    void unwatch(std::span<const Pubkey> accounts) override {
        const Tap::Out out{tap_, Op::Unwatch};
        feed_.unwatch(accounts);
    }
    void set_priority(std::span<const Pubkey> accounts, feed::Priority priority) override {
        const Tap::Out out{tap_, Op::SetPriority};
        feed_.set_priority(accounts, priority);
    }
    void read_holdings(const Pubkey& owner) override {
        const Tap::Out out{tap_, Op::ReadHoldings};
        feed_.read_holdings(owner);
    }
    void watch_signature(const Signature& signature) override {
        const Tap::Out out{tap_, Op::WatchSignature};
        feed_.watch_signature(signature);
    }
    void on_tick(MonoTime now) override {
        const Tap::Out out{tap_, Op::WatcherTick};
        feed_.on_tick(now);
    }

 private:
    Tap& tap_;
    feed::Watcher& feed_;
};

class TappedTransactions final : public feed::TransactionLookups {
 public:
    TappedTransactions(Tap& tap, feed::TransactionLookups& reader) : tap_{tap}, reader_{reader} {}
    void look_up(const Pubkey& account) override {
        const Tap::Out out{tap_, Op::TransactionLookUp};
        reader_.look_up(account);
    }
    // Counted together: a recording needs to know which call it was, and of its arguments nothing.
    void look_up(const Signature& signature) override {
        const Tap::Out out{tap_, Op::TransactionLookUp};
        reader_.look_up(signature);
    }
    void on_tick(MonoTime now) override {
        const Tap::Out out{tap_, Op::TransactionTick};
        reader_.on_tick(now);
    }
    [[nodiscard]] bool is_checking() const override {
        const bool answer = reader_.is_checking();
        if (tap_.is_inside()) {
            tap_.number(Kind::IsChecking, answer ? 1 : 0);
        }
        return answer;
    }

 private:
    Tap& tap_;
    feed::TransactionLookups& reader_;
};

class TappedFunders final : public feed::FunderLookups {
 public:
    TappedFunders(Tap& tap, feed::FunderLookups& reader) : tap_{tap}, reader_{reader} {}
    [[nodiscard]] bool look_up(const Pubkey& account) override {
        const bool answer = asked(account);
        tap_.number(Kind::FunderTaken, answer ? 1 : 0);
        return answer;
    }
    void on_tick(MonoTime now) override {
        const Tap::Out out{tap_, Op::FunderTick};
        reader_.on_tick(now);
    }

 private:
    [[nodiscard]] bool asked(const Pubkey& account) {
        const Tap::Out out{tap_, Op::FunderLookUp};
        return reader_.look_up(account);
    }
    Tap& tap_;
    feed::FunderLookups& reader_;
};

class TappedHolders final : public feed::HolderLookups {
 public:
    TappedHolders(Tap& tap, feed::HolderLookups& reader) : tap_{tap}, reader_{reader} {}
    [[nodiscard]] bool look_up(const Pubkey& mint, const Pubkey& beside) override {
        const bool answer = asked(mint, beside);
        tap_.number(Kind::HolderTaken, answer ? 1 : 0);
        return answer;
    }
    [[nodiscard]] bool look_up_names(const Pubkey& mint) override {
        const bool answer = asked_names(mint);
        tap_.number(Kind::NamesTaken, answer ? 1 : 0);
        return answer;
    }
    void on_tick(MonoTime now) override {
        const Tap::Out out{tap_, Op::HolderTick};
        reader_.on_tick(now);
    }
    // Of a report; nothing is decided by it.
    [[nodiscard]] const feed::HolderReaderStatistics& statistics() const override {
        return reader_.statistics();
    }

 private:
    [[nodiscard]] bool asked(const Pubkey& mint, const Pubkey& beside) {
        const Tap::Out out{tap_, Op::HolderLookUp};
        return reader_.look_up(mint, beside);
    }
    [[nodiscard]] bool asked_names(const Pubkey& mint) {
        const Tap::Out out{tap_, Op::NamesLookUp};
        return reader_.look_up_names(mint);
    }
    Tap& tap_;
    feed::HolderLookups& reader_;
};

class TappedRoundTrips final : public feed::RoundTripLookups {
 public:
    TappedRoundTrips(Tap& tap, feed::RoundTripLookups& reader) : tap_{tap}, reader_{reader} {}
    [[nodiscard]] bool try_round_trip(const Pubkey& mint, BytesView wire,
                                      std::size_t sale) override {
        const bool answer = asked(mint, wire, sale);
        tap_.number(Kind::RoundTripTaken, answer ? 1 : 0);
        return answer;
    }

 private:
    [[nodiscard]] bool asked(const Pubkey& mint, BytesView wire, std::size_t sale) {
        const Tap::Out out{tap_, Op::RoundTripLookUp};
        return reader_.try_round_trip(mint, wire, sale);
    }
    Tap& tap_;
    feed::RoundTripLookups& reader_;
};

}  // namespace sniperforge::recording
