#include "CCodecs.h"
#include <lcms2.h>
#include <lcms2_plugin.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct codecs_profile {
  cmsContext context;
  cmsHTRANSFORM transform;
  /// Bytes that little-cms holds.
  size_t held;
};

/// Before each piece of memory, and as large as keeps what follows aligned.
typedef union {
  size_t bytes;
  max_align_t alignment;
} block;

static codecs_profile *owner(cmsContext context) { return cmsGetContextUserData(context); }

/// Grows with what a profile says of itself, such as the grid of its table, before that is there to be read.
static void *take(cmsContext context, cmsUInt32Number size) {
  codecs_profile *profile = owner(context);
  if (profile != NULL && size > codecs_profile_memory - profile->held) return NULL;
  block *start = malloc(sizeof(block) + size);
  if (start == NULL) return NULL;
  start->bytes = size;
  if (profile != NULL) profile->held += size;
  return start + 1;
}

static void give_back(cmsContext context, void *bytes) {
  if (bytes == NULL) return;
  codecs_profile *profile = owner(context);
  block *start = (block *)bytes - 1;
  // What was taken before the context was there is not counted.
  if (profile != NULL) profile->held -= start->bytes < profile->held ? start->bytes : profile->held;
  free(start);
}

static void *take_again(cmsContext context, void *bytes, cmsUInt32Number size) {
  void *larger = take(context, size);
  if (larger == NULL || bytes == NULL) return larger;
  const size_t before = ((block *)bytes - 1)->bytes;
  memcpy(larger, bytes, before < size ? before : size);
  give_back(context, bytes);
  return larger;
}

static cmsPluginMemHandler memory = {
  .base = {.Magic = cmsPluginMagicNumber, .ExpectedVersion = 2000, .Type = cmsPluginMemHandlerSig},
  .MallocPtr = take,
  .FreePtr = give_back,
  .ReallocPtr = take_again,
};

/// The colours of a profile that describes pictures: those of a camera, a screen or a printer.
static int colours_of(cmsHPROFILE profile) {
  switch (cmsGetDeviceClass(profile)) {
    case cmsSigInputClass:
    case cmsSigDisplayClass:
    case cmsSigOutputClass:
    case cmsSigColorSpaceClass: break;
    default: return 0;
  }
  // Chains of any number of steps, each of which would be taken for each colour.
  static const cmsTagSignature chains[] = {cmsSigDToB0Tag, cmsSigDToB1Tag, cmsSigDToB2Tag, cmsSigDToB3Tag};
  for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
    if (cmsIsTag(profile, chains[i])) return 0;
  }
  switch (cmsGetColorSpace(profile)) {
    case cmsSigGrayData: return 1;
    case cmsSigRgbData: return 3;
    case cmsSigCmykData: return 4;
    default: return 0;
  }
}

/// The samples of a pixel as they come: of gray the first of three that are equal, CMYK inverted.
static cmsUInt32Number layout(int colours) {
  switch (colours) {
    case 1: return COLORSPACE_SH(PT_GRAY) | CHANNELS_SH(1) | EXTRA_SH(2) | BYTES_SH(1);
    case 3: return TYPE_RGB_8;
    default: return TYPE_CMYK_8_REV;
  }
}

static int prepare(codecs_profile *profile, const uint8_t *bytes, size_t count, int colours) {
  const cmsHPROFILE from = cmsOpenProfileFromMemTHR(profile->context, bytes, (cmsUInt32Number)count);
  if (from == NULL) return 0;
  const int given = colours_of(from);
  // A gray picture's samples are RGB too.
  if (given == colours || (given == 3 && colours == 1)) {
    const cmsHPROFILE to = cmsCreate_sRGBProfileTHR(profile->context);
    if (to != NULL) {
      profile->transform = cmsCreateTransformTHR(
        profile->context, from, layout(given), to, TYPE_RGB_8, INTENT_RELATIVE_COLORIMETRIC, 0);
      cmsCloseProfile(to);
    }
  }
  cmsCloseProfile(from);
  return profile->transform != NULL;
}

codecs_profile *codecs_profile_open(const uint8_t *bytes, size_t count, int colours) {
  if (count > codecs_profile_max) return NULL;
  codecs_profile *profile = calloc(1, sizeof *profile);
  if (profile == NULL) return NULL;
  profile->context = cmsCreateContext(&memory, profile);
  if (profile->context != NULL && prepare(profile, bytes, count, colours)) return profile;
  codecs_profile_close(profile);
  return NULL;
}

void codecs_profile_convert(const codecs_profile *profile, const uint8_t *pixels, size_t count, uint8_t *rgb) {
  cmsDoTransform(profile->transform, pixels, rgb, (cmsUInt32Number)count);
}

void codecs_profile_close(codecs_profile *profile) {
  if (profile->transform != NULL) cmsDeleteTransform(profile->transform);
  if (profile->context != NULL) cmsDeleteContext(profile->context);
  free(profile);
}
