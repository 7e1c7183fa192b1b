#include "preflight/source_checks.hpp"

namespace lbundle {

HandlerPlaces handler_places(const StagingInputs& inputs, bool layers_are_whole) {
  HandlerPlaces places;
  places.own_is_whole = !inputs.settings.command.has_value();
  places.layers = inputs.layers;
  places.layers_are_whole = layers_are_whole;
  places.requirements = texts_of_requirements(inputs.function);
  try {
    places.own = find_own_files(inputs.own);
  } catch (const Error&) {
    if (places.own_is_whole) throw;
  }
  return places;
}

}  // namespace lbundle
