// SPDX-License-Identifier: MIT
// Recording: stands between a run's stages and its pipeline, and writes down all that the pipeline
// is told, what it is answered, what it decides, and the bytes that arrive on the run's streams.
// None of them knows of it. What a replay makes of it: recording/replay.hpp.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/recording/writer.hpp"

namespace sniperforge::recording {

class Recording {
 public:
    // The reactor outlives it. It outlives all that it gives.
    [[nodiscard]] static Result<std::unique_ptr<Recording>> open(const WriterOptions& options,
                                                                 const Header& header,
                                                                 net::Reactor& reactor);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    // In place of the run's own; what arrives on its streams is kept.
    [[nodiscard]] net::Reactor& reactor();
    // In place of the run's own, for everybody who records something. Once.
    [[nodiscard]] engine::RecordKeeper& keep(engine::RecordKeeper& keeper);
    // A pipeline as any other; records through keep().
    [[nodiscard]] std::unique_ptr<engine::Pipeline> pipeline(const config::Settings& settings);
    // What the journal was given before anybody could record.
    void written_before(std::span<const engine::OrderAhead> orders);

    [[nodiscard]] Result<Totals> close(const std::string& journal_sha256);

 private:
    struct State;
    explicit Recording(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The settings that a header has: what decisions rest on, as YAML.
[[nodiscard]] std::string settings_text(const config::Settings& settings);

}  // namespace sniperforge::recording
