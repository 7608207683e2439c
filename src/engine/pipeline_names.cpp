// SPDX-License-Identifier: MIT
// What tokens call themselves whose mints do not say: asked beside the trading, known when it is.
#include "sniperforge/engine/pipeline.hpp"

namespace sniperforge::engine {

// A new token's come with its holders as well, before which it is not bought.
void Pipeline::ask_names() {
    const bool is_entering = settings_.sniper.is_enabled || settings_.momentum.is_enabled;
    if (holder_reader_ != nullptr && !is_entering) {
        return;  // They are asked for once a reload switches one on.
    }
    for (const Pubkey& mint : detector_.take_mints_unnamed()) {
        if (holder_reader_ != nullptr && holder_reader_->look_up_names(mint)) {
            names_pending_.insert(mint);
        }
    }
}

// What could not be read stays as it was known before.
void Pipeline::on_metadata(const Pubkey& mint,
                           const std::optional<solana::MetaplexMetadata>& metadata) {
    names_pending_.erase(mint);
    if (metadata) {
        detector_.take_names(mint, detect::launch_names_of(metadata->name, metadata->uri));
    }
}

}  // namespace sniperforge::engine
