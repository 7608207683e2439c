// SPDX-License-Identifier: MIT
#include "sniperforge/recording/recording.hpp"

#include <utility>

#include "recording/tapped_pipeline.hpp"
#include "recording/tapped_reactor.hpp"
#include "sniperforge/config/load.hpp"

namespace sniperforge::recording {

struct Recording::State {
    State(std::unique_ptr<Writer> file, net::Reactor& real)
        : writer{std::move(file)}, tap{*writer, real}, real_reactor{real}, reactor{tap, real} {}

    std::unique_ptr<Writer> writer;
    Tap tap;
    net::Reactor& real_reactor;
    TappedReactor reactor;
    std::optional<TappedKeeper> keeper;
};

Recording::Recording(std::unique_ptr<State> state) : state_{std::move(state)} {}
Recording::~Recording() = default;

Result<std::unique_ptr<Recording>> Recording::open(const WriterOptions& options,
                                                   const Header& header, net::Reactor& reactor) {
    auto writer = Writer::open(options, header);
    if (!writer) {
        return Err{writer.error()};
    }
    return std::unique_ptr<Recording>{
        new Recording{std::make_unique<State>(std::move(*writer), reactor)}};
}

net::Reactor& Recording::reactor() { return state_->reactor; }

engine::RecordKeeper& Recording::keep(engine::RecordKeeper& keeper) {
    return state_->keeper.emplace(state_->tap, keeper);
}

std::unique_ptr<engine::Pipeline> Recording::pipeline(const config::Settings& settings) {
    SF_ASSERT(state_->keeper.has_value());
    return std::make_unique<TappedPipeline>(state_->tap, state_->real_reactor, settings,
                                            *state_->keeper);
}

void Recording::written_before(std::span<const engine::OrderAhead> orders) {
    for (const engine::OrderAhead& order : orders) {
        if (!order.is_intent_known) {
            state_->tap.decided(order.intent, true);
        }
        if (!order.is_approval_known) {
            state_->tap.decided(engine::IntentApproved{order.intent.intent_id}, true);
        }
        state_->tap.decided(order.signed_as, true);
    }
}

Result<Totals> Recording::close(const std::string& journal_sha256) {
    return state_->writer->close(
        {.ended_wall = state_->real_reactor.wall_now(), .journal_sha256 = journal_sha256});
}

std::string settings_text(const config::Settings& settings) {
    const config::Settings defaults;
    config::Settings kept = settings;
    kept.network = defaults.network;
    kept.wallet = defaults.wallet;
    kept.jupiter = defaults.jupiter;
    kept.logging = defaults.logging;
    kept.ops = defaults.ops;
    kept.execution.lanes = defaults.execution.lanes;
    return config::show(kept);
}

}  // namespace sniperforge::recording
