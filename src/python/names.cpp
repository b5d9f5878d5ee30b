#include "python/names.h"

namespace acrida::python::names {

#define ACRIDA_DEFINE_NAME(n) PyObject* n##_ = nullptr;
ACRIDA_NAMES(ACRIDA_DEFINE_NAME)
#undef ACRIDA_DEFINE_NAME

void intern_all() {
#define ACRIDA_INTERN_NAME(n) n##_ = PyUnicode_InternFromString(#n);
  ACRIDA_NAMES(ACRIDA_INTERN_NAME)
#undef ACRIDA_INTERN_NAME
}

}  // namespace acrida::python::names
