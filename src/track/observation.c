#include "track/observation.h"

struct code_key
code_key_of(uint32_t enhanced_code, uint16_t reply_code)
{
	return (struct code_key){
		.enhanced = enhanced_code,
		.reply = enhanced_code == 0 ? reply_code : 0,
	};
}
