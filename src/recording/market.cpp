// SPDX-License-Identifier: MIT
#include "sniperforge/recording/market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "recording/told.hpp"

namespace sniperforge::recording {

struct MarketReader::State {
    explicit State(std::unique_ptr<Reader> file)
        : reader{std::move(file)}, frames{*reader, counted} {}

    void tell(const Frame& frame, MarketListener& listener);
    void tell_update(const Frame& frame, MarketListener& listener);
    void tell_answers(const Frame& frame, MarketListener& listener);
    template <typename... Args, typename Tell>
    void with(const Frame& frame, const Tell& tell) {
        const auto args = read_args<Args...>(frame);
        args ? std::apply(tell, *args) : refuse(frame);
    }
    void refuse(const Frame& frame) {
        problem = fmt::format("record {}: {} has other parts than this version writes",
                              frame.number, name_of(frame.kind));
        is_damaged = true;
    }

    std::unique_ptr<Reader> reader;
    ReplayResult counted;
    FrameReader frames;
    std::uint64_t reloads = 0, commands = 0;
    std::string problem;
    bool is_damaged = false;
};

void MarketReader::State::tell_update(const Frame& frame, MarketListener& listener) {
    ToldUpdate update;
    if (!update.take(frame)) {
        return refuse(frame);
    }
    if (!std::holds_alternative<SignatureUpdate>(update.read.update())) {
        listener.on_update(update.read.update(), update.trace);
    }
}

// Orders that are decided on what is told now meet what the recorded one was offered then.
void MarketReader::State::tell_answers(const Frame& frame, MarketListener& listener) {
    if (!frame.offers.values.empty()) {
        listener.on_offer(frame.offers.values.back());
    }
    const auto& rents = frame.numbers[static_cast<std::size_t>(Kind::Rent)].values;
    if (!rents.empty() && rents.back() != 0) {  // Zero: no node had told it.
        listener.on_rent(Lamports{rents.back()});
    }
}

void MarketReader::State::tell(const Frame& frame, MarketListener& listener) {
    listener.on_time(frame.mono, frame.wall);
    tell_answers(frame, listener);
    switch (frame.kind) {
        case Kind::ChainUpdate:
            tell_update(frame, listener);
            break;
        case Kind::Transaction:
            with<ChainTransaction>(frame, [&](const auto& told) { listener.on_transaction(told); });
            break;
        case Kind::Round:
            with<VenueId, bool>(
                frame, [&](VenueId venue, bool is_whole) { listener.on_round(venue, is_whole); });
            break;
        case Kind::Funder:
            with<Pubkey, std::optional<Pubkey>>(frame,
                                                [&](const auto& account, const auto& funder) {
                                                    listener.on_funder(account, funder);
                                                });
            break;
        case Kind::Holders:
            with<Pubkey, std::optional<HolderReading>>(
                frame,
                [&](const auto& mint, const auto& reading) { listener.on_holders(mint, reading); });
            break;
        case Kind::Metadata:
            with<Pubkey, std::optional<solana::MetaplexMetadata>>(
                frame, [&](const auto& mint, const auto& metadata) {
                    listener.on_metadata(mint, metadata);
                });
            break;
        case Kind::RoundTrip:
            with<Pubkey, RoundTripReading>(frame, [&](const auto& mint, const auto& reading) {
                listener.on_round_trip(mint, reading);
            });
            break;
        case Kind::Tick:
            with<MonoTime>(frame, [&](MonoTime now) { listener.on_tick(now); });
            break;
        case Kind::KnowCreators:
            with<engine::CreatorBook>(frame,
                                      [&](const auto& known) { listener.on_creators(known); });
            break;
        case Kind::GoLive:
            listener.on_live();
            break;
        case Kind::SettingsChanged:
            ++reloads;
            break;
        case Kind::Obey:
        case Kind::Enter:
        case Kind::Flatten:
        case Kind::LetGo:
            ++commands;
            break;
        default:
            break;  // Of its orders and books.
    }
    for (const Frame::Nested& nested : frame.nested) {
        for (const Frame& inner : nested.frames) {
            tell(inner, listener);
        }
    }
}

MarketReader::MarketReader(std::unique_ptr<State> state) : state_{std::move(state)} {}
MarketReader::~MarketReader() = default;

Result<std::unique_ptr<MarketReader>> MarketReader::open(const std::string& path) {
    auto reader = Reader::open(path);
    if (!reader) {
        return Err{reader.error()};
    }
    return std::unique_ptr<MarketReader>{
        new MarketReader{std::make_unique<State>(std::move(*reader))}};
}

const Header& MarketReader::header() const { return state_->reader->header(); }
const std::string& MarketReader::problem() const { return state_->problem; }
bool MarketReader::is_damaged() const { return state_->is_damaged; }
const std::optional<Totals>& MarketReader::totals() const { return state_->reader->totals(); }
std::uint64_t MarketReader::reloads() const { return state_->reloads; }
std::uint64_t MarketReader::commands() const { return state_->commands; }

bool MarketReader::tell_next(MarketListener& listener) {
    while (state_->problem.empty()) {
        const auto next = state_->frames.next();
        if (!next) {
            state_->problem = state_->reader->problem();
            state_->is_damaged = state_->reader->is_damaged();
            if (!state_->frames.problem().empty()) {
                state_->problem = state_->frames.problem();
                state_->is_damaged = true;
            }
            return false;
        }
        if (const auto* frame = std::get_if<Frame>(&*next)) {
            state_->tell(*frame, listener);
            return state_->problem.empty();
        }
    }
    return false;
}

bool is_recording(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::array<char, kMagic.size()> begin{};
    file.read(begin.data(), begin.size());
    return file && std::string_view{begin.data(), begin.size()} == kMagic;
}

namespace {

class Surveyor final : public MarketListener {
 public:
    explicit Surveyor(MarketSurvey& survey) : survey_{survey} {}

    void on_time(MonoTime /*mono*/, WallTime wall) override {
        survey_.begun = std::min(survey_.begun, wall);
        survey_.ended = std::max(survey_.ended, wall);
    }
    void on_update(const ChainUpdate& update, Trace& /*trace*/) override {
        ++survey_.updates;
        if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            ++survey_.slots;
            survey_.slot_first =
                survey_.slots == 1 ? slot->slot : std::min(survey_.slot_first, slot->slot);
            survey_.slot_last = std::max(survey_.slot_last, slot->slot);
        }
    }
    void on_transaction(const ChainTransaction& /*transaction*/) override {
        ++survey_.transactions;
    }
    void on_round(VenueId /*venue*/, bool /*is_complete*/) override { ++survey_.rounds; }
    void on_funder(const Pubkey& /*account*/, const std::optional<Pubkey>& /*funder*/) override {
        ++survey_.look_ups;
    }
    void on_holders(const Pubkey& /*mint*/,
                    const std::optional<HolderReading>& /*reading*/) override {
        ++survey_.look_ups;
    }
    void on_metadata(const Pubkey& /*mint*/,
                     const std::optional<solana::MetaplexMetadata>& /*metadata*/) override {
        ++survey_.look_ups;
    }
    void on_round_trip(const Pubkey& /*mint*/, const RoundTripReading& /*reading*/) override {
        ++survey_.look_ups;
        survey_.has_round_trips = true;
    }
    void on_tick(MonoTime /*now*/) override { ++survey_.ticks; }
    void on_creators(const engine::CreatorBook& /*known*/) override {}
    void on_live() override { survey_.is_live = true; }
    void on_offer(const execute::Offer& /*offer*/) override { survey_.has_offers = true; }
    void on_rent(Lamports /*rent*/) override {}

 private:
    MarketSurvey& survey_;
};

}  // namespace

Result<MarketSurvey> survey_market(const std::string& path) {
    auto market = MarketReader::open(path);
    if (!market) {
        return Err{market.error()};
    }
    MarketSurvey survey;
    survey.header = (*market)->header();
    survey.begun = survey.ended = survey.header.begun_wall;
    Surveyor surveyor{survey};
    while ((*market)->tell_next(surveyor)) {
        ++survey.calls;
    }
    if ((*market)->is_damaged()) {
        const std::string& problem = (*market)->problem();
        return fail(problem.starts_with(path) ? problem : path + ": " + problem);
    }
    survey.cut = (*market)->problem();
    if (const auto& totals = (*market)->totals(); totals && !totals->is_whole()) {
        survey.cut =
            fmt::format("{} records of the run are not in it: the disk did not keep up, or failed",
                        totals->records_lost);
    }
    survey.reloads = (*market)->reloads();
    survey.commands = (*market)->commands();
    return survey;
}

}  // namespace sniperforge::recording
