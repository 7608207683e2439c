// SPDX-License-Identifier: MIT
// The stages around a replayed pipeline: each answers what the recorded one was answered, and lets
// happen what happened meanwhile.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "recording/kinds.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/feed/funder_reader.hpp"
#include "sniperforge/feed/holder_reader.hpp"
#include "sniperforge/feed/round_trip_lookups.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/feed/watcher.hpp"

namespace sniperforge::recording {

// Of the call at hand, in the order in which it asks.
class Answers {
 public:
    virtual ~Answers() = default;
    [[nodiscard]] virtual MonoTime mono() = 0;
    [[nodiscard]] virtual WallTime wall() = 0;
    [[nodiscard]] virtual std::uint64_t number(Kind kind) = 0;
    [[nodiscard]] virtual execute::Offer offer() = 0;
    [[nodiscard]] virtual std::vector<Pubkey> nonces_due() = 0;
    [[nodiscard]] virtual std::span<const dex::SwapOutstanding> own_swaps() = 0;
    // Whether the record was taken.
    [[nodiscard]] virtual bool decide(const engine::RecorderItem& item) = 0;
    virtual void called(Op op) = 0;
};

struct ReplayedClock final : Clock {
    explicit ReplayedClock(Answers& its) : answers{its} {}
    [[nodiscard]] MonoTime now() const override { return answers.mono(); }
    [[nodiscard]] WallTime wall_now() const override { return answers.wall(); }
    Answers& answers;
};

struct ReplayedKeeper final : engine::RecordKeeper {
    explicit ReplayedKeeper(Answers& its) : answers{its} {}
    bool record(engine::RecorderItem item, WallTime /*at*/) override {
        return answers.decide(item);
    }
    bool record_signed(const OrderIntent& /*intent*/, const engine::OrderSigned& order,
                       WallTime /*at*/) override {
        return answers.decide(order);
    }
    [[nodiscard]] bool is_pressed() const override { return answers.number(Kind::IsPressed) != 0; }
    [[nodiscard]] bool has_failed() const override { return answers.number(Kind::HasFailed) != 0; }
    [[nodiscard]] engine::RecorderLoad load() const override {
        engine::RecorderLoad load;
        load.records_waiting = answers.number(Kind::RecordsWaiting);
        load.records_waiting_max = answers.number(Kind::RecordsWaiting);
        load.journal_bytes = answers.number(Kind::JournalBytes);
        load.journal_bytes_max = answers.number(Kind::JournalBytes);
        return load;
    }
    void write_waiting() override {}
    Answers& answers;
};

struct ReplayedWatcher final : feed::Watcher {
    explicit ReplayedWatcher(Answers& its) : answers{its} {}
    void watch(std::span<const Pubkey> /*accounts*/, feed::Priority /*priority*/) override {
        answers.called(Op::Watch);
    }
    void watch_together(std::span<const Pubkey> /*accounts*/,
                        feed::Priority /*priority*/) override {
        answers.called(Op::WatchTogether);
    }
    void unwatch(std::span<const Pubkey> /*accounts*/) override { answers.called(Op::Unwatch); }
    void set_priority(std::span<const Pubkey> /*accounts*/, feed::Priority /*priority*/) override {
        answers.called(Op::SetPriority);
    }
    void read_holdings(const Pubkey& /*owner*/) override { answers.called(Op::ReadHoldings); }
    void watch_signature(const Signature& /*signature*/) override {
        answers.called(Op::WatchSignature);
    }
    void on_tick(MonoTime /*now*/) override { answers.called(Op::WatcherTick); }
    Answers& answers;
};

struct ReplayedTransactions final : feed::TransactionLookups {
    explicit ReplayedTransactions(Answers& its) : answers{its} {}
    void look_up(const Pubkey& /*account*/) override { answers.called(Op::TransactionLookUp); }
    void look_up(const Signature& /*signature*/) override { answers.called(Op::TransactionLookUp); }
    void on_tick(MonoTime /*now*/) override { answers.called(Op::TransactionTick); }
    [[nodiscard]] bool is_checking() const override {
        return answers.number(Kind::IsChecking) != 0;
    }
    Answers& answers;
};

struct ReplayedFunders final : feed::FunderLookups {
    explicit ReplayedFunders(Answers& its) : answers{its} {}
    [[nodiscard]] bool look_up(const Pubkey& /*account*/) override {
        answers.called(Op::FunderLookUp);
        return answers.number(Kind::FunderTaken) != 0;
    }
    void on_tick(MonoTime /*now*/) override { answers.called(Op::FunderTick); }
    Answers& answers;
};

struct ReplayedHolders final : feed::HolderLookups {
    explicit ReplayedHolders(Answers& its) : answers{its} {}
    [[nodiscard]] bool look_up(const Pubkey& /*mint*/, const Pubkey& /*beside*/) override {
        answers.called(Op::HolderLookUp);
        return answers.number(Kind::HolderTaken) != 0;
    }
    [[nodiscard]] bool look_up_names(const Pubkey& /*mint*/) override {
        answers.called(Op::NamesLookUp);
        return answers.number(Kind::NamesTaken) != 0;
    }
    void on_tick(MonoTime /*now*/) override { answers.called(Op::HolderTick); }
    [[nodiscard]] const feed::HolderReaderStatistics& statistics() const override { return none; }
    Answers& answers;
    feed::HolderReaderStatistics none{};
};

struct ReplayedRoundTrips final : feed::RoundTripLookups {
    explicit ReplayedRoundTrips(Answers& its) : answers{its} {}
    [[nodiscard]] bool try_round_trip(const Pubkey& /*mint*/, BytesView /*wire*/,
                                      std::size_t /*sale*/) override {
        answers.called(Op::RoundTripLookUp);
        return answers.number(Kind::RoundTripTaken) != 0;
    }
    Answers& answers;
};

struct ReplayedDesk final : execute::OrderDesk {
    explicit ReplayedDesk(Answers& its) : answers{its} {}
    void start() override {}
    [[nodiscard]] bool is_ready() const override { return true; }
    [[nodiscard]] bool is_signing() const override { return answers.number(Kind::IsSigning) != 0; }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override {
        return answers.own_swaps();
    }
    void submit(const ApprovedOrder& /*order*/, const Trace& /*trace*/,
                const execute::SubmitHints& /*hints*/) override {
        answers.called(Op::Submit);
    }
    void resume(const OrderIntent& /*intent*/, const Signature& /*signature*/,
                BlockHeight /*last_valid_height*/,
                const std::optional<NonceLease>& /*lease*/) override {
        answers.called(Op::ResumeOrder);
    }
    void resume(const ExecutionReport& /*fill*/, BlockHeight /*last_valid_height*/,
                const std::optional<NonceLease>& /*lease*/) override {
        answers.called(Op::ResumeFill);
    }
    void resume_fees(Lamports /*paid_today*/) override { answers.called(Op::ResumeFees); }
    [[nodiscard]] execute::Offer offer(std::optional<PoolIndex> /*pool*/) const override {
        return answers.offer();
    }
    void expect_orders(PoolIndex /*pool*/) override { answers.called(Op::ExpectOrders); }
    [[nodiscard]] Lamports token_account_rent() const override {
        return Lamports{answers.number(Kind::Rent)};
    }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime /*now*/,
                                                      bool /*only_for_orders*/) override {
        answers.called(Op::TakeNonces);
        return answers.nonces_due();
    }
    [[nodiscard]] Lamports nonce_advance_cost() const override {
        return Lamports{answers.number(Kind::AdvanceCost)};
    }
    void advance(const SignatureUpdate& /*update*/) override { answers.called(Op::Advance); }
    void on_slot(Slot /*slot*/) override { answers.called(Op::DeskSlot); }
    void on_tick(MonoTime /*now*/) override { answers.called(Op::DeskTick); }
    [[nodiscard]] std::size_t in_flight() const override { return 0; }
    [[nodiscard]] std::size_t fills_doubted() const override {
        return answers.number(Kind::FillsDoubted);
    }
    [[nodiscard]] const execute::ExecutorStatistics& statistics() const override { return none; }
    Answers& answers;
    execute::ExecutorStatistics none{};
};

struct ReplayedStages {
    explicit ReplayedStages(Answers& its)
        : clock{its},
          keeper{its},
          watcher{its},
          transactions{its},
          funders{its},
          holders{its},
          round_trips{its},
          desk{its} {}
    ReplayedClock clock;
    ReplayedKeeper keeper;
    ReplayedWatcher watcher;
    ReplayedTransactions transactions;
    ReplayedFunders funders;
    ReplayedHolders holders;
    ReplayedRoundTrips round_trips;
    ReplayedDesk desk;
};

}  // namespace sniperforge::recording
