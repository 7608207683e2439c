// SPDX-License-Identifier: MIT
#include "sniperforge/recording/replay.hpp"

#include <utility>

#include "recording/frame.hpp"
#include "recording/player.hpp"
#include "sniperforge/config/load.hpp"

namespace sniperforge::recording {
namespace {

// What is wrong with the file, from inside out.
void note_problem(const Reader& reader, const FrameReader& frames, const Player& player,
                  ReplayResult& result) {
    result.problem = reader.problem();
    result.is_damaged = reader.is_damaged();
    for (const std::string* problem : {&frames.problem(), &player.problem()}) {
        if (!problem->empty()) {
            result.problem = *problem;
            result.is_damaged = true;
        }
    }
}

}  // namespace

Result<ReplayResult> replay(const std::string& path) {
    auto reader = Reader::open(path);
    if (!reader) {
        return Err{reader.error()};
    }
    ReplayResult result;
    result.header = (*reader)->header();
    const auto settings = config::load_text(result.header.settings, path + " (its settings)");
    if (!settings) {
        return fail("the settings of the recording are none of this version:\n" +
                    settings.error().text());
    }
    FrameReader frames{**reader, result};
    Player player{*settings, result};
    while (player.problem().empty()) {
        auto next = frames.next();
        if (!next) {
            break;
        }
        if (auto* frame = std::get_if<Frame>(&*next)) {
            result.ended_wall = frame->wall;
            player.play(*frame);
        } else {
            player.add(std::get<Beside>(*next));
        }
    }
    note_problem(**reader, frames, player, result);
    result.totals = (*reader)->totals();
    result.blocks = (*reader)->blocks();
    result.content_bytes = (*reader)->content_bytes();
    result.file_bytes = (*reader)->file_bytes();
    result.sha256_recorded = frames.sha256();
    result.sha256_replayed = player.sha256();
    return result;
}

}  // namespace sniperforge::recording
