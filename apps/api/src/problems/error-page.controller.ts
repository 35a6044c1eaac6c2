import { readFile } from 'node:fs/promises';
import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** `docs/errors` of the checkout or image: four folders up from here, in the sources and in the build alike. */
const PAGES = new URL('../../../../docs/errors/', import.meta.url);
const CODE = /^MR_[A-Z0-9_]+$/;

/** What the `type` of a problem points at: the page about its code. */
@ApiExcludeController()
@Controller('docs/errors')
export class ErrorPageController {
  @Get(':code')
  @Header('content-type', 'text/markdown; charset=utf-8')
  async page(@Param('code') code: string): Promise<string> {
    if (!CODE.test(code)) throw new NotFoundException(`There is no error code "${code}".`);
    return readFile(new URL(`${code}.md`, PAGES), 'utf8').catch(() => {
      throw new NotFoundException(`There is no page about "${code}".`);
    });
  }
}
