// SPDX-License-Identifier: MIT
// What a record of a recording can be. Part of the format: new ones stand behind the others of
// their group, and kFormatVersion is raised where one changes.
#pragma once

#include <cstdint>
#include <string_view>

namespace sniperforge::recording {

enum class Kind : std::uint8_t {
    // Calls of the pipeline: i64 steps of the monotonic and the wall time since the last one, then
    // the arguments. What it asks follows, then Return.
    ConnectStages = 1,
    ConnectTransactions,
    ConnectFunders,
    ConnectHolders,
    TradeFor,
    Start,
    Resume,
    Rebuild,
    Recover,
    AdoptOutside,
    GoLive,
    ChainUpdate,
    Transaction,
    Round,
    Funder,
    Holders,
    Tick,
    Recheck,
    Signed,
    Leased,
    Sent,
    Report,
    Unbuildable,
    Finalized,
    Reversed,
    Enter,
    Flatten,
    Halt,
    Reconciled,
    BooksDiffer,
    Adopt,
    BeginCheck,
    EndCheck,
    TakeIn,
    Withdrawn,
    KnowAccounts,
    Metadata,
    SettingsChanged,
    BeginRung,
    EnforceLadder,
    Obey,
    PathChosen,
    NotePast,
    HoldAgain,
    PrepareResume,
    LetGo,
    LoseKey,
    KnowCreators,
    ConnectRoundTrips,
    RoundTrip,
    CallLast = RoundTrip,

    Return = 64,
    // Around calls that came from inside something that the pipeline had called: which, and the how
    // manieth of its kind in this call.
    Outside = 65,
    OutsideEnd = 66,

    // What it was answered, in the order in which it asked.
    Mono = 70,
    Wall,
    Offer,
    SameOffer,  // As the last one.
    Rent,
    AdvanceCost,
    NoncesDue,
    FillsDoubted,
    FunderTaken,
    HolderTaken,
    IsChecking,
    IsPressed,
    HasFailed,
    NamesTaken,
    IsSigning,
    OwnSwaps,
    SameSwaps,  // As the last ones; before any, none.
    RecordsWaiting,
    JournalBytes,
    RoundTripTaken,
    AnswerLast = RoundTripTaken,

    // A record of the journal: u8, whether it was taken. Its text stands behind the block's
    // records.
    Decided = 90,
    DecidedBeside = 91,  // Not by the pipeline.

    // Streams of the reactor.
    StreamOpened = 100,
    StreamRead,
    StreamClosed,
};
[[nodiscard]] constexpr bool is_call(std::uint8_t kind) {
    return kind >= static_cast<std::uint8_t>(Kind::ConnectStages) &&
           kind <= static_cast<std::uint8_t>(Kind::CallLast);
}
[[nodiscard]] constexpr bool is_answer(std::uint8_t kind) {
    return kind >= static_cast<std::uint8_t>(Kind::Mono) &&
           kind <= static_cast<std::uint8_t>(Kind::AnswerLast);
}
// As a report names the calls.
[[nodiscard]] std::string_view name_of(Kind call);

// What the pipeline calls, and may be called from meanwhile.
enum class Op : std::uint8_t {
    Watch,
    WatchTogether,
    Unwatch,
    SetPriority,
    ReadHoldings,
    WatchSignature,
    WatcherTick,
    TransactionLookUp,
    TransactionTick,
    FunderLookUp,
    FunderTick,
    HolderLookUp,
    HolderTick,
    Submit,
    ResumeOrder,
    ResumeFill,
    ResumeFees,
    ExpectOrders,
    TakeNonces,
    Advance,
    DeskSlot,
    DeskTick,
    NamesLookUp,
    RoundTripLookUp,
};
inline constexpr std::size_t kOps = static_cast<std::size_t>(Op::RoundTripLookUp) + 1;

}  // namespace sniperforge::recording
