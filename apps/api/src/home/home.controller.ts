import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** Where to go from the address alone. */
@ApiExcludeController()
@Controller()
export class HomeController {
  @Get()
  home() {
    return {
      name: 'Millrace',
      docs: '/docs',
      openapi: '/openapi.json',
      queues: '/queues',
      health: '/health/ready',
      runs: '/runs',
      tasks: '/tasks',
      files: '/files',
      feeds: '/feeds',
    };
  }
}
