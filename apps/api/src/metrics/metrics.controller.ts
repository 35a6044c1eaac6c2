import { Metrics } from '@millrace/telemetry';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** For a Prometheus that has a token; METRICS_PORT is for one that has none. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  page(): Promise<string> {
    return this.metrics.page();
  }
}
